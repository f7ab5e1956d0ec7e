//! Generated code that is put right, text for text.

use anyhow::{Result, bail};

/// The code of a file. Whatever is to be replaced must be there: else the generator has changed, and so must this.
#[derive(Debug)]
pub(super) struct Code(String);

impl Code {
    pub(super) fn new(text: String) -> Self {
        Self(text)
    }

    pub(super) fn text(&self) -> &str {
        &self.0
    }

    pub(super) fn into_text(self) -> String {
        self.0
    }

    /// Puts one thing in the place of what stands there once.
    pub(super) fn one(self, from: &str, to: &str) -> Result<Self> {
        match self.0.matches(from).count() {
            1 => Ok(Self(self.0.replace(from, to))),
            count => bail!("uniffi generates this {count} times, not once:\n{from}"),
        }
    }

    /// Puts one thing in the place of another, wherever that stands.
    pub(super) fn every(self, from: &str, to: &str) -> Result<Self> {
        match self.0.contains(from) {
            true => Ok(Self(self.0.replace(from, to))),
            false => bail!("uniffi no longer generates this:\n{from}"),
        }
    }

    /// [`every`](Self::every) of several pairs.
    pub(super) fn every_of(self, pairs: &[(&str, &str)]) -> Result<Self> {
        pairs
            .iter()
            .try_fold(self, |code, (from, to)| code.every(from, to))
    }

    /// Leaves out what begins with one text, up to where another begins.
    pub(super) fn without(self, from: &str, until: &str) -> Result<Self> {
        let cut = self.0.split_once(from).and_then(|(before, rest)| {
            let at = rest.find(until)?;
            Some(format!("{before}{}", rest.get(at..)?))
        });
        match cut {
            Some(text) => Ok(Self(text)),
            None => bail!("uniffi no longer generates this:\n{from}\n…\n{until}"),
        }
    }

    /// Puts a block, what begins and ends with these texts, as `put` makes it from what it has between them.
    pub(super) fn blocks(
        self,
        begins: &str,
        ends: &str,
        put: impl Fn(&str) -> Result<String>,
    ) -> Result<Self> {
        let mut parts = self.0.split(begins);
        let mut text = parts.next().unwrap_or_default().to_owned();
        let mut count = 0;
        for part in parts {
            let Some((block, rest)) = part.split_once(ends) else {
                bail!("uniffi no longer ends this:\n{begins}\n…\n{ends}");
            };
            text = text + &put(block)? + rest;
            count += 1;
        }
        match count {
            0 => bail!("uniffi no longer generates this:\n{begins}"),
            _ => Ok(Self(text)),
        }
    }

    /// Puts one word in the place of another wherever code, not a comment, has it by itself.
    pub(super) fn word(self, from: &str, to: &str) -> Result<Self> {
        let mut text = String::with_capacity(self.0.len());
        let mut found = false;
        for line in self.0.split_inclusive('\n') {
            let trimmed = line.trim_start();
            let comment = ["*", "/*", "//"].iter().any(|begins| trimmed.starts_with(begins))
                && !trimmed.starts_with("*/");
            let mut rest = line;
            while let (false, Some(at)) = (comment, rest.find(from)) {
                let (before, after) = rest.split_at(at);
                let after = after.strip_prefix(from).unwrap_or(after);
                let part_of = |letter: char| letter.is_alphanumeric() || letter == '_';
                let alone = !before.ends_with(|letter| part_of(letter) || letter == '.')
                    && !after.starts_with(part_of);
                text += before;
                text += if alone { to } else { from };
                found |= alone;
                rest = after;
            }
            text += rest;
        }
        match found {
            true => Ok(Self(text)),
            false => bail!("uniffi no longer generates the word {from}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn code(text: &str) -> Code {
        Code::new(text.to_owned())
    }

    #[test]
    fn what_is_not_there_is_an_error() {
        assert!(code("a b").one("c", "").is_err());
        assert!(code("a a").one("a", "").is_err());
        assert!(code("a").every("b", "").is_err());
        assert!(code("a").without("a", "b").is_err());
        assert!(code("a").word("b", "").is_err());
        assert!(code("a {").blocks("a {", "}", |_| Ok(String::new())).is_err());
        assert!(code("a").blocks("b", "}", |_| Ok(String::new())).is_err());
    }

    #[test]
    fn what_is_there_is_replaced() {
        assert_eq!(code("a b").one("a", "c").unwrap().text(), "c b");
        assert_eq!(code("a a").every("a", "c").unwrap().text(), "c c");
        assert_eq!(code("1 a 2 b 3").without("a", "b").unwrap().text(), "1 b 3");
        assert_eq!(
            code("Day: Day? // Day\n * Day\n */fun Day\nTypeDay java.Day Day_ Day\n")
                .word("Day", "Date")
                .unwrap()
                .text(),
            "Date: Date? // Date\n * Day\n */fun Date\nTypeDay java.Day Day_ Date\n"
        );
        let upper = |block: &str| Ok(format!("<{}>", block.to_uppercase()));
        assert_eq!(
            code("x {a} {b} y").blocks("{", "}", upper).unwrap().text(),
            "x <A> <B> y"
        );
    }
}
