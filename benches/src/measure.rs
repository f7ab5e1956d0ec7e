//! Times of single calls, and what is told of them.

use std::{
    fmt, fs,
    time::{Duration, Instant},
};

use criterion::Criterion;

/// What a call takes under criterion: the median of its samples.
pub(crate) fn median_of_calls(name: &str, mut call: impl FnMut()) -> Duration {
    let mut samples = Vec::new();
    let mut criterion = Criterion::default().without_plots();
    criterion.bench_function(name, |bencher| {
        bencher.iter_custom(|calls| {
            let ((), took) = timed(|| (0..calls).for_each(|_| call()));
            samples.push(took.div_f64(calls as f64));
            took
        });
    });
    median(samples)
}

/// What `call` answers, and how long it took.
pub(crate) fn timed<T>(call: impl FnOnce() -> T) -> (T, Duration) {
    let start = Instant::now();
    let answer = call();
    (answer, start.elapsed())
}

/// The middle one.
pub(crate) fn median(times: Vec<Duration>) -> Duration {
    percentile(times, 50)
}

/// The time that `percent` of them do not exceed.
pub(crate) fn percentile(mut times: Vec<Duration>, percent: usize) -> Duration {
    times.sort_unstable();
    let at = (times.len() * percent).div_ceil(100).saturating_sub(1);
    times.get(at).copied().unwrap_or_default()
}

pub(crate) fn millis(time: Duration) -> f64 {
    time.as_secs_f64() * 1e3
}

pub(crate) fn micros(time: Duration) -> f64 {
    time.as_secs_f64() * 1e6
}

/// The most memory that this process has had, in MB, where the system tells.
pub(crate) fn peak_memory() -> Option<f64> {
    let status = fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
    let kilobytes: f64 = line.trim().strip_suffix("kB")?.trim().parse().ok()?;
    Some(kilobytes / 1e3)
}

/// The processor's time that all threads of this process have taken, the system's part for them included, where the
/// system tells: what a busy machine does not change much.
pub(crate) fn processor_time() -> Option<Duration> {
    #[cfg(unix)]
    {
        use rustix::time::{ClockId, clock_gettime};
        clock_gettime(ClockId::ProcessCPUTime).try_into().ok()
    }
    #[cfg(not(unix))]
    None
}

/// What some work took: by the clock, and of the processor.
#[derive(Clone, Copy)]
pub(crate) struct Spent {
    pub(crate) wall: Duration,
    pub(crate) processor: Option<Duration>,
}

impl fmt::Display for Spent {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:.2?}", self.wall)?;
        match self.processor {
            Some(processor) => write!(f, ", {processor:.2?} of the processor"),
            None => Ok(()),
        }
    }
}

impl Spent {
    /// What no work takes.
    pub(crate) const NOTHING: Self = Self {
        wall: Duration::ZERO,
        processor: Some(Duration::ZERO),
    };

    /// This and more.
    pub(crate) fn and(self, more: Self) -> Self {
        Self {
            wall: self.wall + more.wall,
            processor: self.processor.zip(more.processor).map(|(one, other)| one + other),
        }
    }
}

/// What `call` answers, and what it took.
pub(crate) fn spent<T>(call: impl FnOnce() -> T) -> (T, Spent) {
    let before = processor_time();
    let (answer, wall) = timed(call);
    let processor = processor_time().zip(before).map(|(after, before)| after - before);
    (answer, Spent { wall, processor })
}

/// The middle of each, by the clock and of the processor.
pub(crate) fn middle(all: &[Spent]) -> Spent {
    let processor: Option<Vec<_>> = all.iter().map(|spent| spent.processor).collect();
    Spent {
        wall: median(all.iter().map(|spent| spent.wall).collect()),
        processor: processor.map(median),
    }
}
