//! The colours of pictures.

use super::{Paint, SERIES};

/// In the light and in the dark; people with few colours tell them apart.
const COLOURS: [(u32, u32); SERIES as usize] = [
    (0x2f_6db5, 0x6b_a4e8),
    (0xd9_822b, 0xf0_a95c),
    (0x2b_8a6b, 0x58_c2a0),
    (0xa8_477f, 0xda_86b8),
    (0x7a_6fc4, 0xaa_a1ee),
    (0xb5_a12a, 0xdd_ca5c),
    (0x4a_9fb5, 0x82_cde0),
    (0x8a_8f98, 0xb4_b9c1),
];

impl Paint {
    /// On white: red, green and blue in a byte each.
    pub(crate) fn light(self) -> u32 {
        self.colours().0
    }

    /// On black.
    pub(crate) fn dark(self) -> u32 {
        self.colours().1
    }

    fn colours(self) -> (u32, u32) {
        let [first, ..] = COLOURS;
        match self {
            Self::Series(number) => COLOURS.get(usize::from(number)).copied().unwrap_or(first),
            Self::Link => (0xd5_e2f2, 0x26_384f),
            Self::Track => (0xe4_e7eb, 0x36_3d47),
            Self::Line => (0xdd_e1e6, 0x36_3d47),
            Self::Ink => (0x1f_2328, 0xe6_edf3),
            Self::Faint => (0x57_606a, 0xa3_adb8),
        }
    }
}
