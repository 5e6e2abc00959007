//! The Lambda host of the receivers: settings, requests in and answers out, one log line per delivery, metrics.
//!
//! What it promises beside that: a fault of ours is always answered with 503 and never with an error to Lambda;
//! the clock and the environment are read here and nowhere else; and what is written to the log is only what
//! [`host`] puts there. That is why there is no `tracing` subscriber, which the runtime and the AWS SDK would
//! both write to: at their finer levels they print whole requests, with bodies, credentials and `Authorization`.
//! See `infra/decisions/0004-no-tracing-subscriber.md`.

mod clock;
pub mod console;
mod gateway;
pub mod host;
mod log;
mod memory;
mod metrics;
mod proxy_event;
pub mod settings;
mod watch_metrics;
pub mod watcher;
mod world;

pub use console::Console;
pub use host::{Host, StartFailure};
pub use settings::{ReceiverSettings, SetupSettings, WatchSettings};
pub use watcher::Watcher;
pub use world::SystemWorld;
