//! Numbers under which customers are registered (R2.2): 统一社会信用代码, tax and company numbers.

use super::Region;

labelled! {
    /// By whose rule a registration number is given (R2.2). What is the same sort of number in several countries is one scheme: the
    /// employer identification number of the United States is their tax number.
    pub enum RegistrationScheme {
        /// 统一社会信用代码, which is the tax number too: 18 characters with a check character (GB 32100-2015). Of the mainland alone.
        Uscc = "uscc", "统一社会信用代码", "unified social credit code";
        /// 統一編號: eight digits with a check by the rule of 2023. Of Taiwan alone.
        TwUbn = "tw_ubn", "统一编号（台湾）", "unified business number (Taiwan)";
        /// Under which value-added tax is paid.
        Vat = "vat", "增值税号", "VAT number";
        /// Under which any other tax is paid.
        TaxNumber = "tax_number", "税号", "tax number";
        /// Under which the register of companies has it.
        CompanyNumber = "company_number", "公司注册号", "company number";
        /// Any other register's.
        Other = "other", "其他登记号", "other registration number";
    }
}

record! {
    /// A number under which a customer is registered (R2.2). It is not unique in the store: branches are billed under their
    /// parent's.
    #[derive(Eq)]
    pub struct Registration {
        /// The country that gave it.
        pub country: Region,
        /// By whose rule.
        pub scheme: RegistrationScheme,
        /// The number: of schemes with a check character in its normal form, of others as typed.
        pub number: String,
    }
}

impl Registration {
    /// A 统一社会信用代码 of the mainland.
    pub fn uscc(number: impl Into<String>) -> Self {
        Self {
            country: Region::CN,
            scheme: RegistrationScheme::Uscc,
            number: number.into(),
        }
    }

    /// A 統一編號 of Taiwan.
    pub fn tw_ubn(number: impl Into<String>) -> Self {
        Self {
            country: Region::TW,
            scheme: RegistrationScheme::TwUbn,
            number: number.into(),
        }
    }

    /// The same with its number in the form in which it is compared: letters and digits, narrow and in capitals; a VAT number
    /// without the country before it.
    pub fn normal(&self) -> Self {
        let mut number = letters_and_digits(&self.number);
        if self.scheme == RegistrationScheme::Vat
            && let Some((country, rest)) = vat_country(&number)
            && country == self.country
        {
            number = rest.to_owned();
        }
        Self { number, ..*self }
    }
}

/// The letters and digits of a text, narrow and in capitals.
pub(crate) fn letters_and_digits(text: &str) -> String {
    let narrow = |c: char| match c {
        '\u{ff01}'..='\u{ff5e}' => char::from_u32(c as u32 - 0xfee0).unwrap_or(c),
        c => c,
    };
    let chars = text.chars().map(narrow).filter(|c| c.is_alphanumeric());
    chars.flat_map(char::to_uppercase).collect()
}

/// What stands before VAT numbers in Europe: the country's code, but EL for Greece, and XI for Northern Ireland.
const BEFORE_VAT: [&str; 31] = [
    "AT", "BE", "BG", "CH", "CY", "CZ", "DE", "DK", "EE", "EL", "ES", "FI", "FR", "GB", "GR", "HR", "HU",
    "IE", "IT", "LT", "LU", "LV", "MT", "NL", "PL", "PT", "RO", "SE", "SI", "SK", "XI",
];

/// The country before a VAT number in normal form, and what is left of it.
pub(crate) fn vat_country(number: &str) -> Option<(Region, &str)> {
    let (before, rest) = number.split_at_checked(2)?;
    let country = match BEFORE_VAT.contains(&before).then_some(before)? {
        "EL" => "GR",
        "XI" => "GB",
        code => code,
    };
    let digits = rest.bytes().filter(u8::is_ascii_digit).count();
    let country = Region::from_code(country).filter(|_| digits >= 6)?;
    Some((country, rest))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn r2_2_a_number_is_compared_by_its_letters_and_digits_and_a_vat_number_without_its_country() {
        let normal = |country, scheme, number: &str| {
            let country = Region::from_code(country).unwrap();
            let number = number.to_owned();
            Registration {
                country,
                scheme,
                number,
            }
            .normal()
            .number
        };
        use RegistrationScheme::{CompanyNumber, TaxNumber, Vat};
        assert_eq!(normal("GB", CompanyNumber, "sc 123-456"), "SC123456");
        assert_eq!(normal("US", TaxNumber, "12－3456789"), "123456789");
        for number in ["DE 123 456 789", "de123456789", "123456789"] {
            assert_eq!(normal("DE", Vat, number), "123456789");
        }
        assert_eq!(normal("GR", Vat, "EL123456789"), "123456789");
        assert_eq!(normal("FR", Vat, "DE123456789"), "DE123456789");
        assert_eq!(normal("DE", TaxNumber, "DE123456789"), "DE123456789");
    }
}
