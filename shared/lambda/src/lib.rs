//! Hookpost on Lambda: one runtime, and a handler for the receivers, for `setup`, for `watch` and for a relay, which also
//! runs as a loop.
//!
//! Only this crate reads the environment and the clock, and only this crate writes to the log. There is no `tracing`
//! subscriber: the Lambda runtime and the AWS SDK log whole requests at their finer levels, with bodies and credentials.
//! See `infra/decisions/0004-no-tracing-subscriber.md`.

mod apigw;
mod excerpt;
mod log;
mod receiver;
mod relay;
mod runtime;
mod settings;
mod setup;
mod system;
mod trace_header;
mod watch;

pub use receiver::ReceiverHandler;
pub use relay::{RelayHandler, RelaySettings, RelayWorker};
pub use runtime::{Handler, LambdaRuntime, RuntimeError};
pub use settings::{ReceiverSettings, SetupSettings, WatchSettings};
pub use setup::SetupHandler;
pub use system::System;
pub use watch::WatchHandler;
