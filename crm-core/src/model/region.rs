//! Where numbers and addresses are from.

use std::fmt;

use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

/// Where a telephone number without a country code, or an address, is from: a country, by its code of two letters in
/// ISO 3166-1.
///
/// ```
/// use crm_core::Region;
///
/// let region = Region::from_code("us").ok_or("no such country")?;
/// assert_eq!((region.code(), region.to_string()), ("US", "US".to_owned()));
/// assert_eq!(Region::from_code("XX"), None);
/// # Ok::<(), &str>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Region(&'static str);

impl Region {
    /// Stands for a country that nobody knows: Antarctica, where a number without its country code is nobody's.
    pub(crate) const UNKNOWN: Self = Self("AQ");
    /// The mainland of China.
    pub const CN: Self = Self("CN");
    /// Taiwan.
    pub const TW: Self = Self("TW");
    /// Hong Kong.
    pub const HK: Self = Self("HK");
    /// Macao.
    pub const MO: Self = Self("MO");

    /// The region with this ISO 3166-1 code of two letters, in either case; `None` for a code that is no country's.
    pub fn from_code(code: &str) -> Option<Self> {
        let code = code.to_ascii_uppercase();
        let at = CODES.binary_search(&code.as_str()).ok()?;
        CODES.get(at).copied().map(Self)
    }

    /// Its code, in capitals.
    pub const fn code(self) -> &'static str {
        self.0
    }

    /// Every region, by code.
    pub fn all() -> impl Iterator<Item = Self> {
        CODES.iter().copied().map(Self)
    }
}

/// The mainland.
impl Default for Region {
    fn default() -> Self {
        Self::CN
    }
}

impl fmt::Display for Region {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.0)
    }
}

impl Serialize for Region {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.0)
    }
}

impl<'de> Deserialize<'de> for Region {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let code = String::deserialize(deserializer)?;
        Self::from_code(&code).ok_or_else(|| de::Error::custom(format_args!("no region {code:?}")))
    }
}

/// The codes that ISO 3166-1 has assigned, in order.
#[rustfmt::skip]
static CODES: [&str; 249] = [
    "AD", "AE", "AF", "AG", "AI", "AL", "AM", "AO", "AQ", "AR", "AS", "AT", "AU", "AW", "AX", "AZ", "BA",
    "BB", "BD", "BE", "BF", "BG", "BH", "BI", "BJ", "BL", "BM", "BN", "BO", "BQ", "BR", "BS", "BT", "BV",
    "BW", "BY", "BZ", "CA", "CC", "CD", "CF", "CG", "CH", "CI", "CK", "CL", "CM", "CN", "CO", "CR", "CU",
    "CV", "CW", "CX", "CY", "CZ", "DE", "DJ", "DK", "DM", "DO", "DZ", "EC", "EE", "EG", "EH", "ER", "ES",
    "ET", "FI", "FJ", "FK", "FM", "FO", "FR", "GA", "GB", "GD", "GE", "GF", "GG", "GH", "GI", "GL", "GM",
    "GN", "GP", "GQ", "GR", "GS", "GT", "GU", "GW", "GY", "HK", "HM", "HN", "HR", "HT", "HU", "ID", "IE",
    "IL", "IM", "IN", "IO", "IQ", "IR", "IS", "IT", "JE", "JM", "JO", "JP", "KE", "KG", "KH", "KI", "KM",
    "KN", "KP", "KR", "KW", "KY", "KZ", "LA", "LB", "LC", "LI", "LK", "LR", "LS", "LT", "LU", "LV", "LY",
    "MA", "MC", "MD", "ME", "MF", "MG", "MH", "MK", "ML", "MM", "MN", "MO", "MP", "MQ", "MR", "MS", "MT",
    "MU", "MV", "MW", "MX", "MY", "MZ", "NA", "NC", "NE", "NF", "NG", "NI", "NL", "NO", "NP", "NR", "NU",
    "NZ", "OM", "PA", "PE", "PF", "PG", "PH", "PK", "PL", "PM", "PN", "PR", "PS", "PT", "PW", "PY", "QA",
    "RE", "RO", "RS", "RU", "RW", "SA", "SB", "SC", "SD", "SE", "SG", "SH", "SI", "SJ", "SK", "SL", "SM",
    "SN", "SO", "SR", "SS", "ST", "SV", "SX", "SY", "SZ", "TC", "TD", "TF", "TG", "TH", "TJ", "TK", "TL",
    "TM", "TN", "TO", "TR", "TT", "TV", "TW", "TZ", "UA", "UG", "UM", "US", "UY", "UZ", "VA", "VC", "VE",
    "VG", "VI", "VN", "VU", "WF", "WS", "YE", "YT", "ZA", "ZM", "ZW",
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn r8_7_a_region_is_a_country_by_its_code() {
        assert!(CODES.is_sorted_by(|a, b| a < b));
        for region in Region::all() {
            assert_eq!(Region::from_code(region.code()), Some(region));
            assert_eq!(
                Region::from_code(&region.code().to_ascii_lowercase()),
                Some(region)
            );
        }
        for own in [Region::CN, Region::TW, Region::HK, Region::MO] {
            assert_eq!(Region::from_code(own.code()), Some(own));
        }
        for none in ["", "C", "CHN", "XX", "ZZ", "EU", "UK", "C N", "中国", "ＣＮ"] {
            assert_eq!(Region::from_code(none), None, "{none}");
        }
    }

    #[test]
    fn r8_7_a_region_goes_through_json_as_its_code() {
        let json = serde_json::to_string(&Region::TW).unwrap();
        assert_eq!(json, r#""TW""#);
        for text in [json.as_str(), r#""tw""#] {
            assert_eq!(serde_json::from_str::<Region>(text).unwrap(), Region::TW);
        }
        assert!(serde_json::from_str::<Region>(r#""xx""#).is_err());
    }
}
