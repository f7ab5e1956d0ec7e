//! The bytes of an attachment (R4.2), taken in part by part and named by what they are.

use std::{fmt, sync::Arc};

use sha2::{Digest, Sha256};

use super::fields;
use crate::error::{Code, Error, Problem, Result};

/// The bytes of a file, 10 MB at the most. They are taken in and kept in parts, so that nothing ever holds them twice in one piece.
#[derive(Clone, Default)]
pub struct Content {
    parts: Vec<Arc<[u8]>>,
    /// The beginning of the next part.
    rest: Vec<u8>,
    size: usize,
    hash: Sha256,
}

impl Content {
    /// Bytes of a part: 256 KiB. Only the last one has fewer.
    pub const PART: usize = 256 * 1024;

    /// The most bytes: 10 MB, which are 10 × 1024 × 1024 (R4.2).
    pub const MOST: usize = 10 * 1024 * 1024;

    /// Takes more bytes in, behind those that it has.
    ///
    /// ```
    /// # use crm_core::Content;
    /// let mut content = Content::default();
    /// content.append(b"a")?;
    /// content.append(b"bc")?;
    /// assert_eq!(content.size(), 3);
    /// assert!(content.digest().starts_with("ba7816bf"), "the SHA-256 of abc");
    /// # Ok::<(), crm_core::Error>(())
    /// ```
    ///
    /// # Errors
    /// `attachment.too_large`; it has what it had then.
    pub fn append(&mut self, bytes: &[u8]) -> Result<()> {
        if bytes.len() > Self::MOST - self.size {
            return Err(Error::invalid(Problem::new(
                fields::ATTACHMENT_CONTENT,
                Code::AttachmentTooLarge,
            )));
        }
        self.hash.update(bytes);
        self.size += bytes.len();
        let mut bytes = bytes;
        while !bytes.is_empty() {
            let room = Self::PART - self.rest.len();
            let (now, later) = bytes.split_at_checked(room).unwrap_or((bytes, &[]));
            self.rest.extend_from_slice(now);
            if self.rest.len() == Self::PART {
                self.parts.push(std::mem::take(&mut self.rest).into());
            }
            bytes = later;
        }
        Ok(())
    }

    /// How many bytes there are.
    ///
    /// ```
    /// assert_eq!(crm_core::Content::default().size(), 0);
    /// ```
    pub fn size(&self) -> u64 {
        self.size as u64
    }

    /// What names the bytes: their SHA-256, in lower-case hexadecimal digits.
    ///
    /// ```
    /// let nothing = crm_core::Content::default().digest();
    /// assert!(nothing.starts_with("e3b0c442") && nothing.len() == 64);
    /// ```
    pub fn digest(&self) -> String {
        hexadecimal(self.hash.clone())
    }

    /// The bytes, part by part.
    ///
    /// ```
    /// # use crm_core::Content;
    /// let mut content = Content::default();
    /// content.append(&[0; Content::PART + 1])?;
    /// assert_eq!(content.parts().map(<[u8]>::len).collect::<Vec<_>>(), [Content::PART, 1]);
    /// # Ok::<(), crm_core::Error>(())
    /// ```
    pub fn parts(&self) -> impl Iterator<Item = &[u8]> {
        let rest = Some(&*self.rest).filter(|rest| !rest.is_empty());
        self.parts.iter().map(|part| &**part).chain(rest)
    }

    /// How many parts so many bytes are kept in.
    pub(crate) fn parts_of(size: u64) -> u32 {
        u32::try_from(size.div_ceil(Self::PART as u64)).unwrap_or(u32::MAX)
    }
}

/// A digest as records name it.
pub(crate) fn hexadecimal(hash: Sha256) -> String {
    hash.finalize().iter().map(|byte| format!("{byte:02x}")).collect()
}

/// The same bytes, whatever the pieces in which they came.
impl PartialEq for Content {
    fn eq(&self, other: &Self) -> bool {
        self.size == other.size && self.parts().eq(other.parts())
    }
}

/// Nothing of the bytes.
impl fmt::Debug for Content {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Content({} bytes)", self.size)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn r4_2_ten_megabytes_go_in_and_one_byte_more_does_not() {
        let mut content = Content::default();
        content.append(&vec![7; Content::MOST]).unwrap();
        let error = content.append(&[7]).unwrap_err();
        assert_eq!(error.code(), Code::AttachmentTooLarge);
        assert_eq!((content.size(), content.parts().count()), (10_485_760, 40));
        assert!(Content::default().append(&vec![7; Content::MOST + 1]).is_err());
    }

    proptest! {
        #[test]
        fn the_pieces_in_which_they_come_do_not_matter(sizes in prop::collection::vec(0..200_000_usize, 0..6)) {
            let all: Vec<u8> = (0..sizes.iter().sum::<usize>()).map(|at| (at % 251) as u8).collect();
            let (mut pieces, mut from) = (Content::default(), 0);
            for size in sizes {
                pieces.append(&all[from..from + size]).unwrap();
                from += size;
            }
            let mut whole = Content::default();
            whole.append(&all).unwrap();
            prop_assert_eq!(pieces.digest(), whole.digest());
            prop_assert_eq!(pieces.parts().count() as u32, Content::parts_of(all.len() as u64));
            prop_assert_eq!(pieces.parts().collect::<Vec<_>>().concat(), all);
            prop_assert!(pieces == whole);
        }
    }
}
