//! A stand-in Azure DevOps on the command line. README.md has examples.

mod arguments;
mod demo;
mod serve;

use std::io::{self, Write as _};
use std::process::ExitCode;

use clap::Parser as _;
use serde::Serialize;

use arguments::Command;

#[tokio::main(flavor = "current_thread")]
async fn main() -> ExitCode {
    let result = match Command::parse() {
        Command::Serve(settings) => serve::run(&settings).await,
        Command::Demo(settings) => demo::run(&settings).await,
    };
    result.unwrap_or_else(|problem| {
        let _ = writeln!(io::stderr(), "azure-devops-stand-in: {problem}");
        ExitCode::FAILURE
    })
}

/// Prints one line of JSON and flushes it.
fn print(line: &impl Serialize) -> io::Result<()> {
    let mut out = io::stdout().lock();
    writeln!(out, "{}", serde_json::to_string(line)?)?;
    out.flush()
}
