//! The clock and the source of chance of the machine, which the core does not know.

use crate::{Clock, DateTime, IdSource, Utc};

/// The machine's clock.
#[derive(Clone, Copy, Debug, Default)]
pub struct SystemClock;

impl Clock for SystemClock {
    fn now(&self) -> DateTime<Utc> {
        let since = std::time::SystemTime::now()
            .duration_since(std::time::UNIX_EPOCH)
            .unwrap_or_default();
        let millis = i64::try_from(since.as_millis()).unwrap_or(i64::MAX);
        DateTime::from_timestamp_millis(millis).unwrap_or_default()
    }
}

/// A clock that stands still, for tests and examples.
#[derive(Clone, Copy, Debug)]
pub struct FixedClock(pub DateTime<Utc>);

impl Clock for FixedClock {
    fn now(&self) -> DateTime<Utc> {
        self.0
    }
}

/// The machine's source of chance.
#[derive(Clone, Copy, Debug, Default)]
pub struct SystemIds;

impl IdSource for SystemIds {
    fn bytes(&self) -> [u8; 16] {
        random::take()
    }
}

/// Random bytes from a buffer of the thread's own: asking the system for sixteen at a time costs more than a row of an
/// import may.
mod random {
    use std::cell::RefCell;

    const BUFFER: usize = 4096;

    struct Buffer {
        bytes: [u8; BUFFER],
        used: usize,
        process: u32,
    }

    thread_local! {
        static RANDOM: RefCell<Buffer> = const { RefCell::new(Buffer { bytes: [0; BUFFER], used: BUFFER, process: 0 }) };
    }

    pub(super) fn take() -> [u8; 16] {
        RANDOM.with_borrow_mut(|buffer| {
            // After a fork both processes hold the same bytes: neither may use them.
            let process = std::process::id();
            if buffer.used + 16 > BUFFER || buffer.process != process {
                fill(&mut buffer.bytes);
                *buffer = Buffer {
                    used: 0,
                    process,
                    ..*buffer
                };
            }
            let start = buffer.used;
            buffer.used += 16;
            let mut taken = [0; 16];
            if let Some(from) = buffer.bytes.get_mut(start..start + 16) {
                taken.copy_from_slice(from);
                from.fill(0);
            }
            taken
        })
    }

    fn fill(bytes: &mut [u8]) {
        // A machine without a source of chance cannot keep any promise: better to stop than to hand out guessable ids.
        #[expect(
            clippy::expect_used,
            reason = "there is no safe way on; the bindings turn the panic into an error"
        )]
        getrandom::fill(bytes).expect("the system has no source of random bytes");
    }
}
