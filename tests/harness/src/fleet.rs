//! The instances of one function, scaled as Lambda scales them.
//!
//! An instance has one invocation at a time. A request takes the idle instance that was used last; without an idle one, the
//! request waits for a new instance. Above the concurrency limit, the request is throttled.

use std::path::PathBuf;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::sync::Semaphore;

use super::api_gateway::{ApiRequest, ApiResponse};
use super::function::{self, Function, InvokeError};
use super::process::Exit;

/// All instances of a function.
#[derive(Debug)]
pub struct Fleet {
    binary: PathBuf,
    environment: Vec<(&'static str, String)>,
    permits: Semaphore,
    idle: Mutex<Vec<Function>>,
    starts: Mutex<Vec<Duration>>,
    failed: AtomicUsize,
}

impl Fleet {
    /// An empty fleet of a binary of this workspace, such as `code-pushed`, with a concurrency limit.
    pub fn of(name: &str, environment: Vec<(&'static str, String)>, limit: usize) -> Self {
        Self::of_binary(function::binary(name), environment, limit)
    }

    pub(super) fn of_binary(binary: PathBuf, environment: Vec<(&'static str, String)>, limit: usize) -> Self {
        Self {
            binary,
            environment,
            permits: Semaphore::new(limit),
            idle: Mutex::default(),
            starts: Mutex::default(),
            failed: AtomicUsize::new(0),
        }
    }

    /// Sends an HTTP request the way API Gateway does. `None` when the concurrency limit is reached, or when the
    /// instance could not start or did not answer; such an instance is removed.
    pub async fn http(&self, request: &ApiRequest) -> Option<ApiResponse> {
        let _permit = self.permits.try_acquire().ok()?;
        let served = self.serve(request).await;
        if served.is_err() {
            self.failed.fetch_add(1, Ordering::Relaxed);
        }
        served.ok()
    }

    /// How long the start of each instance took.
    pub fn starts(&self) -> Vec<Duration> {
        lock(&self.starts).clone()
    }

    /// How many instances failed.
    pub fn failed(&self) -> usize {
        self.failed.load(Ordering::Relaxed)
    }

    /// Kills the idle instances; returns how each ended.
    pub async fn close(&self) -> Vec<Exit> {
        let instances = std::mem::take(&mut *lock(&self.idle));
        let mut exits = Vec::with_capacity(instances.len());
        for instance in instances {
            exits.push(instance.stop().await);
        }
        exits
    }

    async fn serve(&self, request: &ApiRequest) -> Result<ApiResponse, InvokeError> {
        let idle = lock(&self.idle).pop();
        let instance = match idle {
            Some(instance) => instance,
            None => self.start().await?,
        };
        let reply = instance.http(request).await?;
        lock(&self.idle).push(instance);
        Ok(reply)
    }

    async fn start(&self) -> Result<Function, InvokeError> {
        let environment = self.environment.iter().map(|(name, value)| (name, value));
        let instance = Function::start(&self.binary, environment).await;
        let took = instance.ready().await.map_err(InvokeError::Ended)?;
        lock(&self.starts).push(took);
        Ok(instance)
    }
}

fn lock<T>(of: &Mutex<T>) -> MutexGuard<'_, T> {
    of.lock().unwrap_or_else(PoisonError::into_inner)
}
