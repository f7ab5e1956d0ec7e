//! Work side by side, handed in: the core starts no threads.

/// Runs two pieces of work, side by side where it can.
pub trait Executor: Send + Sync {
    /// Runs both to their end. Either may run first, or at the same time on another thread.
    fn both(&self, aside: &mut (dyn FnMut() + Send), here: &mut dyn FnMut());
}

/// Runs one after the other, on the caller's thread.
#[derive(Clone, Copy, Debug, Default)]
pub struct InTurn;

impl Executor for InTurn {
    fn both(&self, aside: &mut (dyn FnMut() + Send), here: &mut dyn FnMut()) {
        aside();
        here();
    }
}
