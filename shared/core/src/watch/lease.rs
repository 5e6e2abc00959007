//! Who watches: the port, and the right that a pass has.

use std::future::Future;

use crate::quarantine::port::Receipt;
use crate::watch::checkpoint::Memory;

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

/// The right while a pass has it. What it remembers is written when it is told to, and when it ends.
pub(super) struct Right<'a, P> {
    passes: &'a P,
    memory: Memory,
    /// `None` when it was lost.
    receipts: Option<Vec<Receipt>>,
}

impl<'a, P: Passes> Right<'a, P> {
    /// `None` while somebody else has it.
    pub(super) async fn take(passes: &'a P) -> Result<Option<Self>, PassError> {
        let held = passes.take().await?;
        Ok(held.map(|held| Self { passes, memory: held.memory, receipts: Some(held.receipts) }))
    }

    pub(super) fn memory(&mut self) -> &mut Memory {
        &mut self.memory
    }

    /// Writes what is remembered, and goes on.
    pub(super) async fn write(&mut self) -> Result<(), PassError> {
        self.give_back().await?;
        let held = self.passes.take().await?.ok_or_else(lost)?;
        self.receipts = Some(held.receipts);
        Ok(())
    }

    /// Writes what is remembered, and ends.
    pub(super) async fn end(mut self) -> Result<(), PassError> {
        self.give_back().await
    }

    async fn give_back(&mut self) -> Result<(), PassError> {
        let receipts = self.receipts.take().ok_or_else(lost)?;
        self.memory.revise();
        self.passes.give_back(Held { memory: self.memory.clone(), receipts }).await
    }
}

fn lost() -> PassError {
    PassError { detail: "another pass took over".to_owned() }
}
