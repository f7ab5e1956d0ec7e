//! How wide texts are, and how they are cut to a width.
//!
//! Whoever draws a picture has another font than the next: widths are those of a wide one, so that a text fits with any.

/// What stands for what was cut off.
const ELLIPSIS: char = '…';

/// How wide a text is, in the size of its font.
pub(crate) fn width(text: &str) -> f64 {
    text.chars().map(advance).sum()
}

/// A text in no more than this width; what is longer ends in an ellipsis.
pub(crate) fn cut(text: &str, most: f64) -> String {
    if width(text) <= most {
        return text.to_owned();
    }
    let mut left = most - advance(ELLIPSIS);
    let mut kept = String::new();
    for character in text.chars() {
        left -= advance(character);
        if left < 0.0 {
            break;
        }
        kept.push(character);
    }
    kept.truncate(kept.trim_end().len());
    kept.push(ELLIPSIS);
    kept
}

/// A text in one line.
pub(crate) fn one_line(text: &str) -> String {
    text.split_whitespace()
        .map(|word| word.replace(char::is_control, ""))
        .collect::<Vec<_>>()
        .join(" ")
}

/// How far the next character stands from this one.
fn advance(character: char) -> f64 {
    match character {
        '\u{300}'..='\u{36f}'
        | '\u{200b}'..='\u{200f}'
        | '\u{202a}'..='\u{202e}'
        | '\u{2060}'..='\u{2069}' => 0.0,
        '\u{fe00}'..='\u{fe0f}' => 0.0,
        'i' | 'j' | 'l' | 'I' | '.' | ',' | ':' | ';' | '\'' | '|' | '!' | ' ' | '·' => 0.35,
        'f' | 'r' | 't' | '(' | ')' | '-' | '/' => 0.42,
        'm' | 'w' | 'M' | 'W' | '%' | '@' => 0.98,
        'A'..='Z' | '&' => 0.74,
        '…' | '—' => 1.0,
        character if character < '\u{1100}' => 0.65,
        _ => 1.0,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn r7_6_a_text_is_cut_to_its_width() {
        assert_eq!(cut("上海示例", 4.0), "上海示例");
        assert_eq!(cut("上海示例科技", 4.0), "上海示…");
        assert_eq!(cut("Ann Example", 4.2), "Ann E…");
        assert_eq!(cut("Ann Example", 3.5), "Ann…", "no space before the ellipsis");
        assert_eq!(cut("上海", 0.5), "…");
        for most in 1..20 {
            let most = f64::from(most);
            assert!(width(&cut("上海 Example 示例 Ltd, WMW", most)) <= most);
        }
    }

    #[test]
    fn r7_6_a_text_of_several_lines_stands_in_one() {
        assert_eq!(one_line(" 上海\r\n示\u{0}例\t "), "上海 示例");
    }
}
