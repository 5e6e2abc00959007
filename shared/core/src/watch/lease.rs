//! The lease on the state of `watch`: the port that grants it, and the lease while a pass holds it. On AWS the lease is a
//! message in flight: `SqsCheckpointStore` in `hookpost-aws`.

use std::future::Future;

use crate::quarantine::port::ReceiptHandle;
use crate::watch::state::WatchState;

/// Stores the state of `watch`, and gives one pass at a time the lease on it.
///
/// The lease of a pass that ends without a commit times out after some minutes. The next pass then gets the state that
/// was committed last.
pub trait CheckpointStore: Send + Sync {
    /// Acquires the lease; `None` while another pass holds it.
    ///
    /// # Errors
    ///
    /// When the store cannot be used.
    fn acquire(&self) -> impl Future<Output = Result<Option<Lease>, CheckpointError>> + Send;

    /// Stores the state of the lease and releases it.
    ///
    /// # Errors
    ///
    /// When it is unknown whether the state was stored. The next pass may then repeat what was done since the lease was
    /// acquired.
    fn commit(&self, lease: Lease) -> impl Future<Output = Result<(), CheckpointError>> + Send;
}

/// The lease, with the state that comes with it.
#[derive(Debug)]
pub struct Lease {
    /// The state of `watch`.
    pub state: WatchState,
    /// The messages that the lease consists of.
    pub receipt_handles: Vec<ReceiptHandle>,
}

/// The state of `watch` could not be read or stored.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the checkpoint queue: {detail}")]
pub struct CheckpointError {
    /// Why, for the log.
    pub detail: String,
}

/// The lease while a pass holds it, with the state as the pass has changed it.
pub(super) struct HeldLease<'a, S> {
    store: &'a S,
    state: WatchState,
    /// The messages of the lease; `None` after it was lost.
    receipt_handles: Option<Vec<ReceiptHandle>>,
}

impl<'a, S: CheckpointStore> HeldLease<'a, S> {
    /// Acquires the lease; `None` while another pass holds it.
    pub(super) async fn acquire(store: &'a S) -> Result<Option<Self>, CheckpointError> {
        let lease = store.acquire().await?;
        Ok(lease.map(|lease| Self {
            store,
            state: lease.state,
            receipt_handles: Some(lease.receipt_handles),
        }))
    }

    /// The state, to be read and changed.
    pub(super) fn state(&mut self) -> &mut WatchState {
        &mut self.state
    }

    /// Stores the state and keeps the lease: commits, and acquires the lease again.
    ///
    /// # Errors
    ///
    /// When the store cannot be used, or another pass has acquired the lease in between.
    pub(super) async fn write(&mut self) -> Result<(), CheckpointError> {
        self.commit().await?;
        let lease = self.store.acquire().await?.ok_or_else(lease_lost)?;
        self.receipt_handles = Some(lease.receipt_handles);
        Ok(())
    }

    /// Stores the state and releases the lease.
    ///
    /// # Errors
    ///
    /// When the store cannot be used, or the lease was lost before.
    pub(super) async fn release(mut self) -> Result<(), CheckpointError> {
        self.commit().await
    }

    async fn commit(&mut self) -> Result<(), CheckpointError> {
        let receipt_handles = self.receipt_handles.take().ok_or_else(lease_lost)?;
        self.state.revise();
        self.store.commit(Lease { state: self.state.clone(), receipt_handles }).await
    }
}

fn lease_lost() -> CheckpointError {
    CheckpointError { detail: "another pass has taken the lease".to_owned() }
}
