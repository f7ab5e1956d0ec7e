//! How far apart two texts are, in characters (R6.1).

/// Whether both names have numbers in them, and not the same: 第二中学, 第三中学.
pub(super) fn numbers_differ(a: &[char], b: &[char]) -> bool {
    let is_number = |c: &&char| {
        matches!(
            c,
            '0'..='9'
                | '一'
                | '二'
                | '三'
                | '四'
                | '五'
                | '六'
                | '七'
                | '八'
                | '九'
                | '十'
                | '壹'
                | '贰'
                | '叁'
                | '肆'
                | '伍'
                | '陆'
                | '柒'
                | '捌'
                | '玖'
                | '拾'
        )
    };
    let (of_a, of_b) = (a.iter().filter(is_number), b.iter().filter(is_number));
    of_a.clone().count() == of_b.clone().count() && of_a.ne(of_b)
}

/// Whether one edit, or two neighbours changed over, makes one of the other.
pub(super) fn one_apart<T: Copy + PartialEq>(a: &[T], b: &[T]) -> bool {
    if a.len().abs_diff(b.len()) > 1 {
        return false;
    }
    let head = a.iter().zip(b).take_while(|(x, y)| x == y).count();
    let tail = a
        .iter()
        .rev()
        .zip(b.iter().rev())
        .take_while(|(x, y)| x == y)
        .count();
    let longer = a.len().max(b.len());
    if head + tail + 1 >= longer {
        return a != b;
    }
    let changed_over = || match (a.get(head..head + 2), b.get(head..head + 2)) {
        (Some([first, second]), Some(pair)) => pair == [*second, *first],
        _ => false,
    };
    a.len() == b.len() && head + tail + 2 == longer && changed_over()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn chars(text: &str) -> Vec<char> {
        text.chars().collect()
    }

    #[test]
    fn r6_1_one_edit_or_one_exchange() {
        let apart = |a: &str, b: &str| one_apart(&chars(a), &chars(b));
        for (a, b) in [
            ("拓搏", "拓博"),
            ("示例", "示例科"),
            ("惠普金融", "普惠金融"),
            ("abcd", "acbd"),
            ("a", ""),
        ] {
            assert!(apart(a, b) && apart(b, a), "{a} {b}");
        }
        for (a, b) in [
            ("示例", "示例"),
            ("拓搏", "示例"),
            ("示例", "示例科技"),
            ("abc", "cba"),
            ("", ""),
        ] {
            assert!(!apart(a, b) && !apart(b, a), "{a} {b}");
        }
    }

    #[test]
    fn r6_1_numbers_tell_apart() {
        let differ = |a: &str, b: &str| numbers_differ(&chars(a), &chars(b));
        assert!(differ("第二中学", "第三中学"));
        assert!(!differ("第二中学", "第二小学"));
        assert!(!differ("示例一号", "示例"));
    }
}
