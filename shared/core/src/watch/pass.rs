//! Who watches: the port.

use std::future::Future;

use super::memory::Memory;
use crate::setup::quarantine::Receipt;

/// The right to watch, which only one has at a time, together with what is remembered.
///
/// Whoever takes it and ends without giving it back loses it after some minutes; the next one then has the memory of
/// the last that was given back.
pub trait Passes {
    /// Takes it; `None` while somebody else has it.
    ///
    /// # Errors
    ///
    /// When that cannot be told.
    fn take(&self) -> impl Future<Output = Result<Option<Held>, PassError>> + Send;

    /// Gives it back with what is to be remembered now.
    ///
    /// # Errors
    ///
    /// When it may not be remembered. Then what was done since is done again.
    fn give_back(&self, held: Held) -> impl Future<Output = Result<(), PassError>> + Send;
}

/// The right to watch, and what is remembered.
#[derive(Debug)]
pub struct Held {
    /// What is remembered.
    pub memory: Memory,
    /// Names the right, for giving it back.
    pub receipts: Vec<Receipt>,
}

/// Why the right to watch was not to be had or given back.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the checkpoint queue: {detail}")]
pub struct PassError {
    /// What happened, for the log.
    pub detail: String,
}
