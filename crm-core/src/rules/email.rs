//! E-mail addresses are checked for form (R2.4).

/// Whether a text has the form of an e-mail address: a local part, one `@`, and a domain of at least two labels.
///
/// ```
/// # use crm_core::rules::email::is_email;
/// assert!(is_email("lin@example.com.cn"));
/// assert!(!is_email("a@b"));
/// ```
pub fn is_email(text: &str) -> bool {
    let Some((local, domain)) = text.rsplit_once('@') else {
        return false;
    };
    let local_fits = (1..=64).contains(&local.len())
        && local
            .split('.')
            .all(|atom| !atom.is_empty() && atom.chars().all(is_local));
    let labels: Vec<&str> = domain.split('.').collect();
    let domain_fits = labels.len() >= 2 && domain.len() <= 253 && labels.iter().all(|label| is_label(label));
    let top_fits = labels
        .last()
        .is_some_and(|top| top.chars().count() >= 2 && !top.chars().all(|c| c.is_ascii_digit()));
    local_fits && domain_fits && top_fits
}

fn is_local(c: char) -> bool {
    c.is_alphanumeric() || "!#$%&'*+/=?^_`{|}~-".contains(c)
}

fn is_label(label: &str) -> bool {
    let inner = label.chars().all(|c| c.is_alphanumeric() || c == '-');
    inner && (1..=63).contains(&label.len()) && !label.starts_with('-') && !label.ends_with('-')
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn r2_4_email_has_a_form() {
        for good in [
            "lin@example.com",
            "l.i+n@mail.example.cn",
            "林@例子.中国",
            "a@b.co",
        ] {
            assert!(is_email(good), "{good}");
        }
        for bad in [
            "a@b",
            "",
            "@example.com",
            "a@",
            "a b@example.com",
            "a..b@example.com",
            "a@-x.com",
            "a@x.1",
            "a@x..com",
        ] {
            assert!(!is_email(bad), "{bad}");
        }
    }

    proptest! {
        #[test]
        fn r2_4_email_never_panics(text in "\\PC*") {
            let _ = is_email(&text);
        }
    }
}
