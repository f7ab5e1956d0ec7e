//! The encodings that a list may come in.

use std::{fmt, str::FromStr};

use crm_core::import::SourceError;

/// How a CSV file's characters are stored.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Encoding {
    /// UTF-8, with or without a byte order mark; plain ASCII too.
    Utf8,
    /// UTF-16, low byte first: Excel's "Unicode text".
    Utf16Le,
    /// UTF-16, high byte first.
    Utf16Be,
    /// GB18030, and so GBK and GB2312: Excel's "CSV" on a mainland computer.
    Gb18030,
    /// Big5 with the Hong Kong characters: Excel's "CSV" on a computer in Taiwan or Hong Kong.
    Big5,
    /// Shift_JIS as Windows has it: Excel's "CSV" on a computer in Japan.
    ShiftJis,
    /// EUC-KR as Windows has it: Excel's "CSV" on a computer in Korea.
    EucKr,
    /// Thai.
    Windows874,
    /// Central European. This and the others of Windows are told by nobody but the caller.
    Windows1250,
    /// Cyrillic.
    Windows1251,
    /// Western European, and so Latin-1.
    Windows1252,
    /// Greek.
    Windows1253,
    /// Turkish.
    Windows1254,
    /// Hebrew.
    Windows1255,
    /// Arabic.
    Windows1256,
    /// Baltic.
    Windows1257,
    /// Vietnamese.
    Windows1258,
}

impl Encoding {
    /// The name that the encoding is known by, as in `GB18030`.
    pub fn label(self) -> &'static str {
        match self {
            Self::Utf8 => "UTF-8",
            Self::Utf16Le => "UTF-16LE",
            Self::Utf16Be => "UTF-16BE",
            Self::Gb18030 => "GB18030",
            Self::Big5 => "Big5",
            Self::ShiftJis => "Shift_JIS",
            Self::EucKr => "EUC-KR",
            Self::Windows874 => "windows-874",
            Self::Windows1250 => "windows-1250",
            Self::Windows1251 => "windows-1251",
            Self::Windows1252 => "windows-1252",
            Self::Windows1253 => "windows-1253",
            Self::Windows1254 => "windows-1254",
            Self::Windows1255 => "windows-1255",
            Self::Windows1256 => "windows-1256",
            Self::Windows1257 => "windows-1257",
            Self::Windows1258 => "windows-1258",
        }
    }

    /// Whether its characters beyond ASCII take two bytes, mostly.
    #[cfg(feature = "csv")]
    pub(crate) fn is_of_pairs(self) -> bool {
        matches!(self, Self::Gb18030 | Self::Big5 | Self::ShiftJis | Self::EucKr)
    }
}

impl fmt::Display for Encoding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.label())
    }
}

impl FromStr for Encoding {
    type Err = SourceError;

    /// Reads a label in any case, with or without hyphens; the names by which people know the same bytes are read too.
    ///
    /// [`SourceError::UnknownEncoding`] for any other.
    ///
    /// ```
    /// # use crm_exchange::Encoding;
    /// assert_eq!("gbk".parse(), Ok(Encoding::Gb18030));
    /// assert_eq!("UTF8".parse(), Ok(Encoding::Utf8));
    /// ```
    fn from_str(label: &str) -> Result<Self, Self::Err> {
        let folded: String = label
            .chars()
            .filter(|c| c.is_alphanumeric())
            .map(|c| c.to_ascii_lowercase())
            .collect();
        match folded.as_str() {
            "utf8" | "utf8sig" | "ascii" | "usascii" => Ok(Self::Utf8),
            "utf16" | "utf16le" | "unicode" => Ok(Self::Utf16Le),
            "utf16be" => Ok(Self::Utf16Be),
            "gb18030" | "gbk" | "gb2312" | "cp936" | "windows936" => Ok(Self::Gb18030),
            "big5" | "big5hkscs" | "cp950" | "windows950" => Ok(Self::Big5),
            "shiftjis" | "sjis" | "cp932" | "mskanji" | "windows31j" | "windows932" => Ok(Self::ShiftJis),
            "euckr" | "cp949" | "uhc" | "ksc5601" | "ksc56011987" | "windows949" => Ok(Self::EucKr),
            "windows874" | "cp874" | "tis620" | "iso885911" => Ok(Self::Windows874),
            "windows1250" | "cp1250" => Ok(Self::Windows1250),
            "windows1251" | "cp1251" => Ok(Self::Windows1251),
            "windows1252" | "cp1252" | "latin1" | "iso88591" => Ok(Self::Windows1252),
            "windows1253" | "cp1253" => Ok(Self::Windows1253),
            "windows1254" | "cp1254" | "latin5" | "iso88599" => Ok(Self::Windows1254),
            "windows1255" | "cp1255" => Ok(Self::Windows1255),
            "windows1256" | "cp1256" => Ok(Self::Windows1256),
            "windows1257" | "cp1257" => Ok(Self::Windows1257),
            "windows1258" | "cp1258" => Ok(Self::Windows1258),
            _ => Err(SourceError::UnknownEncoding(label.into())),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_label_reads_back() {
        for encoding in [
            Encoding::Utf8,
            Encoding::Utf16Le,
            Encoding::Utf16Be,
            Encoding::Gb18030,
            Encoding::Big5,
            Encoding::ShiftJis,
            Encoding::EucKr,
            Encoding::Windows874,
            Encoding::Windows1250,
            Encoding::Windows1251,
            Encoding::Windows1252,
            Encoding::Windows1253,
            Encoding::Windows1254,
            Encoding::Windows1255,
            Encoding::Windows1256,
            Encoding::Windows1257,
            Encoding::Windows1258,
        ] {
            assert_eq!(encoding.to_string().parse(), Ok(encoding));
        }
        assert_eq!(
            "ebcdic".parse::<Encoding>(),
            Err(SourceError::UnknownEncoding("ebcdic".into()))
        );
        assert_eq!(
            "".parse::<Encoding>(),
            Err(SourceError::UnknownEncoding(String::new()))
        );
    }
}
