//! GB18030 or Big5? Which of the two a text is in, by how likely each makes its bytes.
//!
//! Both use pairs of bytes from nearly the same ranges, and most pairs are a character in either. But in real text nearly
//! all characters come from the few thousand common ones, which both put into a block of their own; read the other way,
//! the same bytes fall all over the table. So each pair adds the logarithm of its block's likelihood, and the better sum
//! wins. A few pairs are enough: the headings of a list with one row.

/// How likely each encoding makes a text, fed in pieces of any size.
#[derive(Clone, Debug, Default)]
pub(crate) struct Rivals {
    gb18030: Score<Gb18030>,
    big5: Score<Big5>,
}

/// What became of the two.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Verdict {
    /// Big5 explains the text better than GB18030.
    pub(crate) big5: bool,
    /// Characters that the better one reads, ASCII left out.
    pub(crate) characters: u64,
    /// Characters among these that Chinese text is likely to hold. Accented letters of a Western encoding, each taken
    /// together with the ASCII letter after it, make others.
    pub(crate) likely: u64,
    /// Places where the better one reads nothing.
    pub(crate) errors: u64,
}

impl Rivals {
    pub(crate) fn feed(&mut self, bytes: &[u8]) {
        self.gb18030.feed(bytes);
        self.big5.feed(bytes);
    }

    pub(crate) fn verdict(&self) -> Verdict {
        // Even: the larger country's.
        let big5 = self.big5.cost < self.gb18030.cost;
        let Tally {
            characters,
            likely,
            errors,
        } = if big5 { self.big5.tally } else { self.gb18030.tally };
        Verdict {
            big5,
            characters,
            likely,
            errors,
        }
    }
}

/// A block of an encoding's table, with what a character of it costs: -10 × log2 of its likelihood in a customer list.
#[derive(Clone, Copy)]
enum Block {
    /// Punctuation, full-width letters and digits.
    Sign,
    /// The common characters, in the order of their sound (GB) or strokes (Big5).
    Common,
    /// The less common ones.
    Uncommon,
    /// Standardised later, or of other scripts.
    Rare,
}

trait Table: Copy + Default {
    const COST: [u32; 4];
    /// Reads as many bytes as make a character: `None` if more are needed, `Some(None)` if they make none.
    fn step(&mut self, byte: u8) -> Option<Option<Block>>;
    /// Whether `byte` is in the middle of a character.
    fn open(&self) -> bool;
}

/// What a place costs where an encoding reads nothing: more than the rarest character, less than two.
const ERROR: u64 = 300;

#[derive(Clone, Copy, Debug, Default)]
struct Tally {
    characters: u64,
    likely: u64,
    errors: u64,
}

#[derive(Clone, Debug, Default)]
struct Score<T> {
    table: T,
    cost: u64,
    tally: Tally,
}

impl<T: Table> Score<T> {
    fn feed(&mut self, bytes: &[u8]) {
        for &byte in bytes {
            if byte < 0x80 && !self.table.open() {
                continue;
            }
            match self.table.step(byte) {
                None => {}
                Some(None) => {
                    self.cost += ERROR;
                    self.tally.errors += 1;
                }
                Some(Some(block)) => {
                    self.cost += T::COST.get(block as usize).map_or(ERROR, |&cost| u64::from(cost));
                    self.tally.characters += 1;
                    self.tally.likely +=
                        u64::from(byte >= 0x80 || matches!(block, Block::Sign | Block::Common));
                }
            }
        }
    }
}

#[derive(Clone, Copy, Debug, Default)]
struct Gb18030 {
    lead: u8,
    /// Bytes read of a character of four: 0, 2 or 3.
    long: u8,
}

impl Table for Gb18030 {
    // 282 signs, 3755 and 3008 characters, and the 14000 that GBK added: traditional ones among them.
    const COST: [u32; 4] = [138, 119, 182, 198];

    fn open(&self) -> bool {
        self.lead != 0
    }

    fn step(&mut self, byte: u8) -> Option<Option<Block>> {
        let lead = self.lead;
        match (self.long, byte) {
            (2, 0x81..=0xFE) => {
                self.long = 3;
                return None;
            }
            (3, 0x30..=0x39) => {
                *self = Self::default();
                return Some(Some(Block::Rare));
            }
            (2 | 3, _) => {
                *self = Self::default();
                return Some(None);
            }
            _ => {}
        }
        match (lead, byte) {
            (0, 0x81..=0xFE) => {
                self.lead = byte;
                return None;
            }
            (1.., 0x30..=0x39) => {
                self.long = 2;
                return None;
            }
            _ => self.lead = 0,
        }
        Some(match (lead, byte) {
            (0, _) | (_, ..0x40 | 0x7F | 0xFF) => None,
            (0xA1..=0xA3, 0xA1..) => Some(Block::Sign),
            (0xB0..=0xD7, 0xA1..) => Some(Block::Common),
            (0xD8..=0xF7, 0xA1..) => Some(Block::Uncommon),
            _ => Some(Block::Rare),
        })
    }
}

#[derive(Clone, Copy, Debug, Default)]
struct Big5 {
    lead: u8,
}

impl Table for Big5 {
    // 408 signs, 5401 and 7652 characters, and some 5000 of Hong Kong's.
    const COST: [u32; 4] = [143, 124, 195, 220];

    fn open(&self) -> bool {
        self.lead != 0
    }

    fn step(&mut self, byte: u8) -> Option<Option<Block>> {
        let lead = self.lead;
        if lead == 0 && (0x81..=0xFE).contains(&byte) {
            self.lead = byte;
            return None;
        }
        self.lead = 0;
        Some(match (lead, byte) {
            (..0x87, _) | (_, ..0x40 | 0x7F..=0xA0 | 0xFF) => None,
            (0xA1..=0xA3, _) => Some(Block::Sign),
            (0xA4..=0xC5, _) | (0xC6, ..=0x7E) => Some(Block::Common),
            (0xC9..=0xF8, _) | (0xF9, ..=0xD5) => Some(Block::Uncommon),
            _ => Some(Block::Rare),
        })
    }
}
