//! A stand-in Azure DevOps on the command line: it lives through a day of work and delivers every
//! notification to a Hookpost that runs somewhere.

mod arguments;
mod report;
mod story;

use std::io::{self, Write as _};
use std::process::ExitCode;

use hookpost_tests::delivery::Delivery;
use jiff::Timestamp;

use arguments::{Command, Tour};
use report::Line;

fn main() -> ExitCode {
    match Command::parse(std::env::args().skip(1), password()) {
        Ok(Command::Help) => {
            // Nobody is left to tell when the terminal is gone.
            let _ = io::stdout().write_all(arguments::HELP.as_bytes());
            ExitCode::SUCCESS
        }
        Ok(Command::Tour(tour)) => run(&tour).unwrap_or_else(|error| fail(&error.to_string())),
        Err(problem) => fail(&problem),
    }
}

fn fail(problem: &str) -> ExitCode {
    let _ = writeln!(io::stderr(), "azure-devops-stand-in: {problem}");
    ExitCode::FAILURE
}

/// Delivers one after the other, in order; each line is out before the next delivery starts.
#[tokio::main(flavor = "current_thread")]
async fn run(tour: &Tour) -> io::Result<ExitCode> {
    let start = now();
    let seed = tour.seed.unwrap_or_else(|| start.as_microsecond().unsigned_abs());
    let mut all_accepted = true;
    for (index, step) in story::tell(&tour.webhook(), seed, start).iter().enumerate() {
        let answer = Delivery::of(&step.notification, &tour.password).send().await;
        let line = Line::new(index + 1, step, &answer);
        all_accepted &= line.accepted();
        let mut out = io::stdout().lock();
        writeln!(out, "{}", serde_json::to_string(&line)?)?;
        out.flush()?;
    }
    Ok(if all_accepted { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

#[expect(clippy::disallowed_methods, reason = "the program's one setting, read once, here")]
fn password() -> Option<String> {
    std::env::var("HOOKPOST_WEBHOOK_PASSWORD").ok()
}

#[expect(clippy::disallowed_methods, reason = "the story is told as of now; the library has no clock")]
fn now() -> Timestamp {
    Timestamp::now()
}
