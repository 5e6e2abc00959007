use std::time::Duration;

use tokio::process::Command;

use crate::process::Process;

const WITHIN: Duration = Duration::from_secs(10);

fn shell(script: &str) -> Process {
    let mut command = Command::new("/bin/sh");
    command.args(["-c", script]);
    Process::start(command).unwrap()
}

#[tokio::test]
async fn everything_written_is_kept_to_the_last_line() {
    let exit = shell("echo one; echo two >&2; printf three; exit 3").ended().await;
    let mut lines = exit.lines;
    lines.sort();
    assert_eq!(exit.code, Some(3));
    assert_eq!(lines, ["one", "three", "two"]);
}

#[tokio::test]
async fn a_line_is_waited_for_and_stopping_keeps_it() {
    let process = shell("echo started; exec sleep 600");
    let line = process.line(WITHIN, |line| line.starts_with("start")).await;
    assert_eq!(line.as_deref(), Some("started"));
    let exit = process.stop().await;
    assert_eq!((exit.code, exit.lines.as_slice()), (None, ["started".to_owned()].as_slice()));
}

#[tokio::test]
async fn a_line_that_never_comes_is_not_waited_for_beyond_the_end() {
    assert_eq!(shell("echo other").line(WITHIN, |line| line == "this").await, None);
}
