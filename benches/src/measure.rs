//! Times of single calls, and what is told of them.

use std::{
    fs,
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

/// The processor's time that this process has taken, in seconds, where the system tells: what a busy machine does not
/// change much.
pub(crate) fn processor_time() -> Option<f64> {
    let stat = fs::read_to_string("/proc/self/stat").ok()?;
    let (_, rest) = stat.rsplit_once(')')?;
    let ticks = rest.split_whitespace().skip(11).take(2);
    Some(ticks.filter_map(|ticks| ticks.parse::<f64>().ok()).sum::<f64>() / 100.0)
}
