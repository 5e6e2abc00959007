//! The lease on the state of `watch`: the port, and the lease while a pass holds it.

use std::future::Future;

use crate::quarantine::port::ReceiptHandle;
use crate::watch::checkpoint::WatchState;

/// Stores the state of `watch`, and lets one pass at a time have it.
///
/// A pass that ends without committing loses its lease after some minutes; the next one gets the state that was committed
/// last.
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
    /// When the state may not have been stored. What was done since the lease was acquired is then done again.
    fn commit(&self, lease: Lease) -> impl Future<Output = Result<(), CheckpointError>> + Send;
}

/// The lease, with the state that comes with it.
#[derive(Debug)]
pub struct Lease {
    /// What `watch` keeps from one pass to the next.
    pub state: WatchState,
    /// The messages that the lease consists of.
    pub receipt_handles: Vec<ReceiptHandle>,
}

/// The state of `watch` could not be read or stored.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the checkpoint queue: {detail}")]
pub struct CheckpointError {
    /// What happened, for the log.
    pub detail: String,
}

/// The lease while a pass holds it, with the state as the pass has changed it.
pub(super) struct HeldLease<'a, S> {
    store: &'a S,
    state: WatchState,
    /// `None` when the lease was lost.
    receipt_handles: Option<Vec<ReceiptHandle>>,
}

impl<'a, S: CheckpointStore> HeldLease<'a, S> {
    /// `None` while another pass holds the lease.
    pub(super) async fn acquire(store: &'a S) -> Result<Option<Self>, CheckpointError> {
        let lease = store.acquire().await?;
        Ok(lease.map(|lease| Self {
            store,
            state: lease.state,
            receipt_handles: Some(lease.receipt_handles),
        }))
    }

    pub(super) fn state(&mut self) -> &mut WatchState {
        &mut self.state
    }

    /// Stores the state and goes on.
    pub(super) async fn write(&mut self) -> Result<(), CheckpointError> {
        self.commit().await?;
        let lease = self.store.acquire().await?.ok_or_else(lease_lost)?;
        self.receipt_handles = Some(lease.receipt_handles);
        Ok(())
    }

    /// Stores the state and releases the lease.
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
    CheckpointError { detail: "another pass took the lease over".to_owned() }
}
