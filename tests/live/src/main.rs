//! Settles open questions about Azure DevOps in an organization of the operator. README.md says
//! what it needs.

mod arguments;

use std::io::{self, Write as _};
use std::process::ExitCode;
use std::time::Duration;

use clap::Parser as _;
use hookpost_core::ports::Clock;
use hookpost_live::verify;
use jiff::Timestamp;
use tokio::signal::unix::{SignalKind, signal};

use arguments::Arguments;

/// The clock of this machine.
#[derive(Clone, Copy, Debug)]
struct System;

impl Clock for System {
    #[expect(clippy::disallowed_methods, reason = "a run goes by the clock of this machine")]
    fn now(&self) -> Timestamp {
        Timestamp::now()
    }

    async fn sleep(&self, duration: Duration) {
        tokio::time::sleep(duration).await;
    }
}

/// The report goes to standard output; everything else to standard error.
#[tokio::main(flavor = "current_thread")]
async fn main() -> ExitCode {
    let is_complete = run().await.unwrap_or_else(|problem| {
        let _ = writeln!(io::stderr(), "verify-live: {problem}");
        false
    });
    if is_complete { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

/// Whether everything was asked and nothing is left behind.
async fn run() -> Result<bool, Box<dyn std::error::Error>> {
    let settings = Arguments::parse().into_settings()?;
    let (mut interrupted, mut terminated) =
        (signal(SignalKind::interrupt())?, signal(SignalKind::terminate())?);
    let stop = async {
        tokio::select! {
            _ = interrupted.recv() => {}
            _ = terminated.recv() => {}
        }
        let _ = writeln!(io::stderr(), "Stopping. The subscriptions are being deleted.");
    };
    let _ = writeln!(io::stderr(), "Asking. This takes some minutes; Ctrl-C ends it and cleans up.");
    let report = verify(&settings, System, stop).await?;
    write!(io::stdout(), "{report}")?;
    Ok(!report.is_stopped && report.left.is_empty())
}
