//! The official `CloudEvents` SDKs of Python and JavaScript read every golden event, unchanged.

use std::path::{Path, PathBuf};
use std::process::Command;

use crate::schema::golden_events;

fn project() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

#[track_caller]
fn check(program: &Path, script: &str) {
    let files: Vec<String> = golden_events().into_iter().map(|(file, _)| file).collect();
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("contract/consumers").join(script);
    let output = Command::new(program).arg(script).args(&files).output();
    let output = output.unwrap_or_else(|error| panic!("{}: {error}; run `make test`", program.display()));
    let (out, err) = (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    assert!(output.status.success(), "{out}{err}");
    assert!(out.contains(&format!("{} events read", files.len())), "{out}{err}");
}

#[test]
fn python_reads_every_event() {
    check(&project().join(".venv/bin/python"), "read_events.py");
}

#[test]
fn javascript_reads_every_event() {
    check(&project().join(".venv/bin/node"), "read_events.mjs");
}
