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
        }
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
        ] {
            assert_eq!(encoding.to_string().parse(), Ok(encoding));
        }
        assert_eq!(
            "latin1".parse::<Encoding>(),
            Err(SourceError::UnknownEncoding("latin1".into()))
        );
        assert_eq!(
            "".parse::<Encoding>(),
            Err(SourceError::UnknownEncoding(String::new()))
        );
    }
}
