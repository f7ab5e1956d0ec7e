//! Texts within markup.

use std::fmt::{self, Write};

/// A text as it stands in markup, between tags and in quotes: nothing of it is taken for markup, and what XML cannot hold is shown as
/// a character that is not known.
pub(super) struct Escaped<'a>(pub(super) &'a str);

impl fmt::Display for Escaped<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for character in self.0.chars() {
            match character {
                '&' => f.write_str("&amp;")?,
                '<' => f.write_str("&lt;")?,
                '>' => f.write_str("&gt;")?,
                '"' => f.write_str("&quot;")?,
                '\'' => f.write_str("&#39;")?,
                '\t' | '\n' => f.write_char(character)?,
                '\r' => f.write_str("&#13;")?,
                '\0'..='\u{1f}' | '\u{7f}'..='\u{9f}' | '\u{fffe}' | '\u{ffff}' => {
                    f.write_char(char::REPLACEMENT_CHARACTER)?;
                }
                _ => f.write_char(character)?,
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::Escaped;

    #[test]
    fn r7_6_nothing_of_a_text_is_markup() {
        let text = Escaped("</td><a href='//x' onclick=\"y\">&amp;\u{0}\u{1b}").to_string();
        assert_eq!(
            text,
            "&lt;/td&gt;&lt;a href=&#39;//x&#39; onclick=&quot;y&quot;&gt;&amp;amp;\u{fffd}\u{fffd}"
        );
    }
}
