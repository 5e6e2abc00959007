//! A stand-in Azure DevOps on the command line: it lives through a day of work and delivers every
//! notification to a Hookpost that runs somewhere.

mod against;
mod arguments;
mod serve;
mod tour;

use std::io::{self, Write as _};
use std::process::ExitCode;

use jiff::Timestamp;
use serde::Serialize;

use arguments::Command;

#[tokio::main(flavor = "current_thread")]
async fn main() -> ExitCode {
    let result = match Command::parse(std::env::args().skip(1), password()) {
        Ok(Command::Help) => {
            // Nobody is left to tell when the terminal is gone.
            let _ = io::stdout().write_all(arguments::HELP.as_bytes());
            return ExitCode::SUCCESS;
        }
        Ok(Command::Tour(settings)) => tour::run(&settings).await,
        Ok(Command::Serve(settings)) => serve::run(&settings).await,
        Ok(Command::Against(settings)) => against::run(&settings).await,
        Err(problem) => Err(io::Error::other(problem)),
    };
    result.unwrap_or_else(|problem| {
        let _ = writeln!(io::stderr(), "azure-devops-stand-in: {problem}");
        ExitCode::FAILURE
    })
}

/// One line of JSON, out before anything else happens.
fn print(line: &impl Serialize) -> io::Result<()> {
    let mut out = io::stdout().lock();
    writeln!(out, "{}", serde_json::to_string(line)?)?;
    out.flush()
}

/// So that ids differ from run to run.
fn seed(given: Option<u64>) -> u64 {
    given.unwrap_or_else(|| now().as_microsecond().unsigned_abs())
}

#[expect(clippy::disallowed_methods, reason = "the program's one setting, read once, here")]
fn password() -> Option<String> {
    std::env::var("HOOKPOST_WEBHOOK_PASSWORD").ok()
}

#[expect(clippy::disallowed_methods, reason = "the story is told as of now; the library has no clock")]
fn now() -> Timestamp {
    Timestamp::now()
}
