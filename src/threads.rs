//! Work side by side on a thread of its own, which the core does not start.

use std::{
    panic::resume_unwind,
    sync::{Mutex, PoisonError},
    thread,
};

use crate::executor::Executor;

/// Runs the work aside on a scoped thread; on the caller's where none is to be had.
#[derive(Clone, Copy, Debug, Default)]
pub struct ScopedThreads;

impl Executor for ScopedThreads {
    fn both(&self, aside: &mut (dyn FnMut() + Send), here: &mut dyn FnMut()) {
        let waiting = Mutex::new(Some(aside));
        let run_aside = || {
            let aside = waiting.lock().unwrap_or_else(PoisonError::into_inner).take();
            if let Some(aside) = aside {
                aside();
            }
        };
        thread::scope(|scope| {
            let started = thread::Builder::new().spawn_scoped(scope, run_aside);
            here();
            match started {
                Ok(running) => running.join().unwrap_or_else(|panic| resume_unwind(panic)),
                Err(_) => run_aside(),
            }
        });
    }
}
