//! Folding text (R2.7, R6.1): what makes no difference to a reader makes none to a search or a comparison.
//!
//! Script is folded character by character, never by phrase, so that a text folds alike whatever stands around it and
//! folding twice changes nothing. The characters come from OpenCC's table, kept as a data file.

use std::sync::LazyLock;

use unicode_normalization::{
    UnicodeNormalization,
    char::{decompose_canonical, is_combining_mark},
};

/// Folds a text for search and sorting (R2.7): width and compatibility forms (NFKC), case, accents taken off (é to e, ß to
/// ss, ø to o), Traditional characters and variants to Simplified (臺/台, 葯/药), white space to single spaces, trimmed.
///
/// Signs are kept, in one form each; characters that show nothing are dropped. Folding twice changes nothing.
pub fn fold(text: &str) -> String {
    let script = script();
    let mut out = Spaced::with_capacity(text.len());
    for c in text.chars() {
        match plain(c, script) {
            Some(folded) => out.push(folded),
            None => return fold_any(text, script),
        }
    }
    out.finish()
}

/// Folds a name for comparison (R6.1): [`fold`], and brackets lifted (what they hold stays in place), signs dropped,
/// spaces kept only between Western words.
///
/// A name of signs alone is left as [`fold`] has it. Folding twice changes nothing.
pub fn fold_name(name: &str) -> String {
    fold_marked(name).text
}

/// A name folded by [`fold_name`], with the places in it (byte offsets) that stood in brackets.
pub(super) struct Marked {
    pub text: String,
    pub brackets: Vec<(usize, usize)>,
}

pub(super) fn fold_marked(name: &str) -> Marked {
    let folded = fold(name);
    let marked = squeeze(&folded);
    if marked.text.is_empty() {
        return Marked {
            text: folded,
            brackets: Vec::new(),
        };
    }
    if marked.text.chars().all(|c| c.is_ascii() || is_ideograph(c)) {
        return marked;
    }
    let again = |marked: &Marked| {
        let next = squeeze(&fold(&marked.text));
        match next.text == marked.text {
            // The brackets went the first time; where they stood is still known.
            true => Marked {
                text: next.text,
                brackets: marked.brackets.clone(),
            },
            false => next,
        }
    };
    settle(marked, again, |a, b| a.text == b.text)
}

/// Whether `c` belongs to a script that is written without spaces: Chinese characters, kana, bopomofo.
pub(super) fn is_wide(c: char) -> bool {
    matches!(c, '\u{2e80}'..='\u{31ff}' | '\u{3400}'..='\u{9fff}' | '\u{f900}'..='\u{faff}' | '\u{20000}'..='\u{3ffff}')
}

fn is_ideograph(c: char) -> bool {
    matches!(c, FIRST..=LAST)
}

// --- script -----------------------------------------------------------------------------------------------------

/// The ideographs that the script table covers: the first block and extension A. Rarer ones stay as they are.
pub(super) const FIRST: char = '\u{3400}';
pub(super) const LAST: char = '\u{9fff}';

/// Traditional and Simplified characters, from OpenCC's table.
const SCRIPT_PAIRS: &str = include_str!("data/script.txt");

/// Variants that OpenCC leaves apart, and its second choices, on which writers of Simplified differ.
const VARIANTS: &str = "著着 锺钟 讬托 渖沈 凃涂 邨村 囯国 菓果 靑青 淸清 尙尚 舘馆 郞郎 吿告 氷冰 歩步 徳德 恵惠 広广 亜亚 \
                        関关 検检 気气 鉄铁 栄荣 桜樱 沢泽 浜滨 辺边 竜龙 黒黑 塩盐 図图 団团 対对 応应 実实 薬药 読读 売卖 発发 \
                        県县 験验 戸户 衞卫 髙高 齋斋 斎斋 濵滨 濱滨 邊边 邉边 澤泽 嶋岛 嶌岛 冨富 峯峰 栁柳";

/// What OpenCC makes one with a common character though writers of Simplified keep it in names, where it tells companies
/// apart (陞, 昇).
const KEPT: &str = "昇昇 陞陞 鉅钜 钜钜 甦甦 堃堃 龢龢 迺迺";

/// The Simplified form of each character from [`FIRST`] to [`LAST`], in order.
fn script() -> &'static [char] {
    static SCRIPT: LazyLock<Vec<char>> = LazyLock::new(|| {
        let all: Vec<char> = (FIRST..=LAST).collect();
        let mut table = all.clone();
        let script = SCRIPT_PAIRS
            .lines()
            .filter(|line| !line.starts_with('#'))
            .flat_map(|line| line.split(' '));
        for pair in script.chain(VARIANTS.split(' ')).chain(KEPT.split(' ')) {
            let mut pair = pair.chars();
            if let (Some(from), Some(to)) = (pair.next(), pair.next())
                && let Some(slot) = at(from).and_then(|i| table.get_mut(i))
            {
                *slot = to;
            }
        }
        // A character may lead to one that leads on; longer chains, or rings, do not occur and would just end here.
        for _ in 0..4 {
            table = table.iter().map(|&c| look_up(&table, c)).collect();
        }
        table
    });
    &SCRIPT
}

fn at(c: char) -> Option<usize> {
    (u32::from(c).checked_sub(u32::from(FIRST))).map(|i| i as usize)
}

fn look_up(script: &[char], c: char) -> char {
    at(c).and_then(|i| script.get(i)).copied().unwrap_or(c)
}

// --- one character ----------------------------------------------------------------------------------------------

/// Folds a character that neither decomposes nor depends on its neighbours; `None` for any other. This is nearly all
/// of Chinese text, which spares it the normaliser.
fn plain(c: char, script: &[char]) -> Option<char> {
    match c {
        '\0'..='\x7f' => Some(if c.is_ascii_control() {
            ' '
        } else {
            c.to_ascii_lowercase()
        }),
        FIRST..=LAST => Some(look_up(script, c)),
        // Full-width ASCII stands in ASCII's order.
        '\u{ff01}'..='\u{ff5e}' => {
            char::from_u32(u32::from(c) - 0xfee0).map(|narrow| narrow.to_ascii_lowercase())
        }
        '\u{3000}' => Some(' '),
        '\u{3001}' | '\u{3002}' | '\u{3008}'..='\u{3011}' | '\u{3014}' | '\u{3015}' | '·' => Some(c),
        '—' | '–' | '•' | '“' | '”' | '‘' | '’' => Some(sign(c)),
        _ => None,
    }
}

/// One sign for each group that people use for one another.
fn sign(c: char) -> char {
    match c {
        '•' | '・' | '‧' | '∙' | '⋅' => '·',
        '‐' | '‑' | '‒' | '–' | '—' | '―' | '−' => '-',
        '“' | '”' | '„' | '‟' => '"',
        '‘' | '’' | '‚' | '‛' | 'ʼ' => '\'',
        // A variant outside the table's blocks.
        '﨑' => '崎',
        _ => c,
    }
}

/// Characters that show nothing: joiners, direction marks, variation selectors, fillers.
fn is_hidden(c: char) -> bool {
    matches!(c, '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{115f}' | '\u{1160}' | '\u{17b4}' | '\u{17b5}'
        | '\u{180b}'..='\u{180f}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}'
        | '\u{3164}' | '\u{fe00}'..='\u{fe0f}' | '\u{feff}' | '\u{ffa0}' | '\u{fff0}'..='\u{fff8}'
        | '\u{e0000}'..='\u{e0fff}')
}

// --- whole texts ------------------------------------------------------------------------------------------------

fn fold_any(text: &str, script: &[char]) -> String {
    let once = |text: &String| {
        let mut out = Spaced::with_capacity(text.len());
        let visible = text.chars().filter(|&c| !is_hidden(c));
        for c in visible.nfkc().flat_map(char::to_lowercase) {
            match c.is_whitespace() || c.is_control() {
                true => out.push(' '),
                false => without_accent(look_up(script, sign(c)), |part| out.push(part)),
            }
        }
        out.finish()
    };
    settle(text.to_owned(), once, |a, b| a == b)
}

/// Repeats a step until it changes nothing: lower case may compose anew, and what is left out may bring letters
/// together that do.
fn settle<T>(first: T, step: impl Fn(&T) -> T, same: impl Fn(&T, &T) -> bool) -> T {
    /// Two rounds settle all known text; the limit only rules out a loop without end.
    const ROUNDS: usize = 8;
    let mut now = first;
    for _ in 0..ROUNDS {
        let next = step(&now);
        let settled = same(&now, &next);
        now = next;
        if settled {
            break;
        }
    }
    now
}

/// Text with runs of spaces as one, and none at the ends.
struct Spaced {
    text: String,
    gap: bool,
}

impl Spaced {
    fn with_capacity(bytes: usize) -> Self {
        Self {
            text: String::with_capacity(bytes),
            gap: false,
        }
    }

    fn push(&mut self, c: char) {
        if c == ' ' {
            self.gap = !self.text.is_empty();
        } else {
            if std::mem::take(&mut self.gap) {
                self.text.push(' ');
            }
            self.text.push(c);
        }
    }

    fn finish(self) -> String {
        self.text
    }
}

/// Leaves out of a folded text what [`fold_name`] leaves out.
fn squeeze(folded: &str) -> Marked {
    let mut out = String::with_capacity(folded.len());
    let (mut brackets, mut open) = (Vec::new(), None);
    // Whether the last letter is Western, whether something was left out since, and how many letters stand since the last
    // dot that joins.
    let (mut western, mut gap, mut word) = (false, false, 0_usize);
    let mut chars = folded.chars().peekable();
    while let Some(c) = chars.next() {
        // Ideographs of the first block are letters; to look that up takes longer than all else.
        if matches!(c, '\u{4e00}'..='\u{9fff}') || c.is_alphanumeric() {
            if is_wide(c) {
                western = false;
                out.push(katakana(c));
            } else {
                if western && gap {
                    out.push(' ');
                    word = 0;
                } else if !western {
                    word = 0;
                }
                western = true;
                word += 1;
                out.push(c);
            }
            gap = false;
            continue;
        }
        match c {
            '(' | '[' | '{' | '<' | '〈' | '《' | '「' | '『' | '【' | '〔' => open = Some(out.len()),
            ')' | ']' | '}' | '>' | '〉' | '》' | '」' | '』' | '】' | '〕' => {
                brackets.extend(open.take().map(|start| (start, out.len())));
            }
            _ => {}
        }
        let joins = match c {
            '\'' => true,
            // The dots of S.A. and L.L.C., not that of Co.Ltd.
            '.' if word == 1
                && chars.peek().is_some_and(|next| next.is_alphabetic())
                && is_initial(&chars) =>
            {
                word = 0;
                true
            }
            _ => is_combining_mark(c),
        };
        gap |= !joins;
    }
    // A space that was put before a bracket's content does not belong to it.
    brackets.retain(|&(start, end)| start < end);
    Marked { text: out, brackets }
}

/// A kana in the form that companies' names mostly have.
fn katakana(c: char) -> char {
    match c {
        'ぁ'..='ゖ' => char::from_u32(u32::from(c) + 0x60).unwrap_or(c),
        c => c,
    }
}

/// Whether one letter stands alone before the next sign or the end.
fn is_initial(rest: &std::iter::Peekable<std::str::Chars<'_>>) -> bool {
    rest.clone().nth(1).is_none_or(|c| !c.is_alphanumeric())
}

/// A Latin letter without its accents, in the letters that people write for it; any other character as it is: a kana's
/// mark tells it from another kana.
fn without_accent(c: char, mut push: impl FnMut(char)) {
    match c {
        'ß' => ['s', 's'].into_iter().for_each(push),
        'æ' => ['a', 'e'].into_iter().for_each(push),
        'œ' => ['o', 'e'].into_iter().for_each(push),
        'þ' => ['t', 'h'].into_iter().for_each(push),
        'ø' => push('o'),
        'ł' => push('l'),
        'đ' | 'ð' => push('d'),
        'ħ' => push('h'),
        'ı' => push('i'),
        // Latin letters that decompose into one of ASCII and its accents.
        '\u{c0}'..='\u{24f}' | '\u{1e00}'..='\u{1eff}' => decompose_canonical(c, |part| {
            if !is_accent(part) {
                push(part);
            }
        }),
        // One that no letter took up.
        _ if is_accent(c) => {}
        _ => push(c),
    }
}

/// Whether it is a combining mark of European scripts.
fn is_accent(c: char) -> bool {
    matches!(c, '\u{300}'..='\u{36f}')
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn r2_7_either_script_folds_alike() {
        for (traditional, simplified) in [
            ("香港示例聯合制葯有限公司", "香港示例联合制药有限公司"),
            ("臺灣示例股份有限公司", "台湾示例股份有限公司"),
            ("台灣", "臺灣"),
            ("東華證券國際資產管理有限公司", "东华证券国际资产管理有限公司"),
            ("鍾錶", "锺表"),
            ("乾坤集團", "乾坤集团"),
            ("裏", "裡"),
            ("衛", "衞"),
            ("瀋陽", "沈阳"),
            ("後里", "后里"),
            ("羣峯綫", "群峰线"),
        ] {
            assert_eq!(fold(traditional), fold(simplified), "{traditional} {simplified}");
        }
    }

    #[test]
    fn r2_7_keeps_signs_and_folds_width_case_and_space() {
        assert_eq!(fold(" ＡＢＣ（上海）　有限\t公司 "), "abc(上海) 有限 公司");
        assert_eq!(fold("㈱示例"), "(株)示例");
        assert_eq!(fold("示\u{200b}例\u{feff}"), "示例");
        assert_eq!(fold("约翰•史密斯"), fold("约翰・史密斯"));
        assert_eq!(fold("⼈民"), "人民");
        assert_eq!(fold(""), "");
    }

    #[test]
    fn r6_1_a_name_keeps_what_its_brackets_hold_in_place() {
        assert_eq!(
            fold_name("深圳市示例（集团）股份有限公司"),
            "深圳市示例集团股份有限公司"
        );
        assert_eq!(fold_name("萬象實業（香港）有限公司"), "万象实业香港有限公司");
    }

    #[test]
    fn r6_1_spaces_stay_between_western_words_only() {
        assert_eq!(fold_name("中国 ABC 公司"), "中国abc公司");
        assert_eq!(fold_name("Example Co., Ltd."), "example co ltd");
        assert_eq!(fold_name("Example Co.,Ltd"), "example co ltd");
        assert_eq!(fold_name("O'Brien & Sons"), "obrien sons");
        assert_eq!(fold_name("Banco S.A."), "banco sa");
        assert_eq!(fold_name("J.P. Morgan"), "jp morgan");
        assert_eq!(fold_name("St.John"), "st john");
    }

    #[test]
    fn r2_7_accents_make_no_difference_to_a_search() {
        for (accented, plain) in [
            ("Müller & Söhne", "muller & sohne"),
            ("Mu\u{308}ller", "muller"),
            ("Weiß Ørsted Łódź", "weiss orsted lodz"),
            ("İSTANBUL", "istanbul"),
            ("Công ty Việt", "cong ty viet"),
        ] {
            assert_eq!(fold(accented), plain);
        }
        assert_ne!(fold("ガス"), fold("カス"));
        assert_ne!(fold("й"), fold("и"));
    }

    #[test]
    fn r6_1_accents_go() {
        assert_eq!(fold_name("Société Générale"), "societe generale");
        assert_eq!(fold_name("Weiß Ørsted Łódź"), "weiss orsted lodz");
        assert_eq!(fold_name("ガス"), "ガス");
    }

    #[test]
    fn r6_1_ideographs_are_letters_and_hexagrams_are_signs() {
        assert!(('\u{4e00}'..='\u{9fff}').all(char::is_alphanumeric));
        assert_eq!(fold_name("示\u{4dc0}例"), "示例");
    }

    #[test]
    fn r6_1_a_name_of_signs_is_not_lost() {
        assert_eq!(fold_name("！？"), "!?");
        assert_ne!(fold_name("***"), fold_name("###"));
    }

    proptest! {
        #[test]
        fn r2_7_folding_twice_changes_nothing(text in "\\PC*") {
            let once = fold(&text);
            prop_assert_eq!(fold(&once), once);
        }

        #[test]
        fn r2_7_never_panics_on_any_text(text in any::<String>()) {
            let once = fold(&text);
            prop_assert_eq!(fold(&once), once);
        }

        #[test]
        fn r6_1_folding_a_name_twice_changes_nothing(name in any::<String>()) {
            let once = fold_name(&name);
            prop_assert_eq!(fold_name(&once), once);
        }

        #[test]
        fn r6_1_folding_lifelike_names_twice_changes_nothing(
            name in "[ａ-ｚA-Za-zÀ-ɏ一-龥㐀-㐿ぁ-ヿ가-힣ᄀ-ᇿ\u{300}-\u{36f}\u{1f00}-\u{1fff}（）()'.·・& 　。-]{0,12}"
        ) {
            let once = fold_name(&name);
            prop_assert_eq!(fold_name(&once), once);
        }
    }
}
