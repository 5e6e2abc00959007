//! Many instances of one function, as Lambda keeps them.
//!
//! An instance has one invocation at a time. A request takes an instance that is idle, the one used last first; when there
//! is none, it waits for a new one to start. Above the limit of concurrency it is turned away.

use std::path::PathBuf;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use tokio::sync::Semaphore;

use super::api_gateway::{ApiReply, ApiRequest};
use super::function::{self, Failure, Function};
use super::process::Exit;

/// All instances of a function.
#[derive(Debug)]
pub struct Fleet {
    binary: PathBuf,
    environment: Vec<(&'static str, String)>,
    seats: Semaphore,
    idle: Mutex<Vec<Function>>,
    starts: Mutex<Vec<Duration>>,
    failed: AtomicUsize,
}

/// Why a fleet does not answer a request.
#[derive(Debug, thiserror::Error)]
pub enum Unserved {
    /// As many invocations as there may be are under way.
    #[error("the limit of concurrency is reached")]
    Throttled,
    /// The instance could not be started, or did not answer. It is gone.
    #[error("the instance failed")]
    Failed(#[source] Failure),
}

impl Fleet {
    /// No instance yet of a binary of this workspace, such as `code-pushed`, and at most so many at once.
    pub fn of(name: &str, environment: Vec<(&'static str, String)>, limit: usize) -> Self {
        Self::of_binary(function::binary(name), environment, limit)
    }

    pub(super) fn of_binary(binary: PathBuf, environment: Vec<(&'static str, String)>, limit: usize) -> Self {
        Self {
            binary,
            environment,
            seats: Semaphore::new(limit),
            idle: Mutex::default(),
            starts: Mutex::default(),
            failed: AtomicUsize::new(0),
        }
    }

    /// Sends an HTTP request the way API Gateway does.
    ///
    /// # Errors
    ///
    /// See [`Unserved`].
    pub async fn http(&self, request: &ApiRequest) -> Result<ApiReply, Unserved> {
        let _seat = self.seats.try_acquire().map_err(|_| Unserved::Throttled)?;
        let served = self.serve(request).await;
        if served.is_err() {
            self.failed.fetch_add(1, Ordering::Relaxed);
        }
        served.map_err(Unserved::Failed)
    }

    /// For each instance that was started, how long that took.
    pub fn starts(&self) -> Vec<Duration> {
        lock(&self.starts).clone()
    }

    /// How many instances failed.
    pub fn failed(&self) -> usize {
        self.failed.load(Ordering::Relaxed)
    }

    /// Kills the instances that are idle; returns what each of them left.
    pub async fn close(&self) -> Vec<Exit> {
        let instances = std::mem::take(&mut *lock(&self.idle));
        let mut exits = Vec::with_capacity(instances.len());
        for instance in instances {
            exits.push(instance.stop().await);
        }
        exits
    }

    async fn serve(&self, request: &ApiRequest) -> Result<ApiReply, Failure> {
        let idle = lock(&self.idle).pop();
        let instance = match idle {
            Some(instance) => instance,
            None => self.start().await?,
        };
        let reply = instance.http(request).await?;
        lock(&self.idle).push(instance);
        Ok(reply)
    }

    async fn start(&self) -> Result<Function, Failure> {
        let begin = Instant::now();
        let environment = self.environment.iter().map(|(name, value)| (name, value));
        let instance = Function::start(&self.binary, environment).await;
        instance.ready().await.map_err(Failure::Ended)?;
        lock(&self.starts).push(begin.elapsed());
        Ok(instance)
    }
}

fn lock<T>(of: &Mutex<T>) -> MutexGuard<'_, T> {
    of.lock().unwrap_or_else(PoisonError::into_inner)
}
