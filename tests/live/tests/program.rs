//! The program itself.

use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::Duration;

use hookpost_stand_in::canary;
use tokio::process::Command;

use crate::app::App;
use crate::fixture::{Fixture, ORGANIZATION};

/// A file with a token, in the folder that cargo gives tests.
fn token_file(name: &str, content: &str) -> PathBuf {
    let file = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(format!("verify-live-{name}"));
    std::fs::write(&file, content).expect("a file");
    file
}

/// The program, for the organization of the fixture.
fn command(fixture: &Fixture, token: &Path) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_verify-live"));
    let address = fixture.stand_in.address();
    command.args(["--organization", "https://dev.azure.com/lakeside", "--stand-in", &address]);
    command.arg("--pat-file").arg(token).kill_on_drop(true);
    command
}

/// Runs the program; neither of its outputs may show a secret.
async fn run(fixture: &Fixture, token: &Path, arguments: &[&str]) -> (bool, String, String) {
    let output = command(fixture, token).args(arguments).output().await.expect("the program");
    canary::assert_absent("standard output", &output.stdout);
    canary::assert_absent("standard error", &output.stderr);
    let text = |bytes| String::from_utf8(bytes).expect("UTF-8");
    (output.status.success(), text(output.stdout), text(output.stderr))
}

#[tokio::test]
async fn the_report_goes_to_standard_output() {
    let fixture = Fixture::start().await;
    let token = token_file("token", &format!("{}\n", canary::PAT));
    let (succeeds, report, output) =
        run(&fixture, &token, &["--only", "version,permissions", "--wait", "30m"]).await;
    assert!(succeeds, "{output}");
    let lines: Vec<_> = report.lines().collect();
    assert_eq!(lines[0], "| question | answer | evidence |");
    assert!(lines[2].contains("| View yes, Edit yes, both yes |"), "{report}");
    assert_eq!(lines.len(), 4);
}

#[tokio::test]
async fn a_file_with_a_token_of_entra_makes_the_run_that_of_an_app() {
    let fixture = Fixture::start().await;
    let app = App::member(&fixture).await;
    assert!(app.token.len() > 1024, "longer than any personal access token");
    let token = token_file("app", &format!("{}\n", app.token));
    let (succeeds, report, output) = run(&fixture, &token, &["--only", "permissions,caller"]).await;
    assert!(succeeds, "{output}");
    assert!(report.starts_with("The first token is one of Entra: it asks as an app, unless"), "{report}");
    assert!(report.contains("| subject `aadsp`, descriptor "), "{report}");
    fixture.stand_in.exclude(ORGANIZATION, &app.principal);
    let (succeeds, report, output) = run(&fixture, &token, &[]).await;
    assert!(!succeeds && report.is_empty());
    assert!(output.contains("the first token does not work"), "{output}");
    canary::assert_token_absent("standard error", &output, &app.token);
}

#[tokio::test]
async fn a_signal_ends_the_run_and_everything_is_deleted() {
    let fixture = Fixture::start().await;
    let token = token_file("signal", canary::PAT);
    let child =
        command(&fixture, &token).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("the program");
    let id = child.id().expect("a running process").to_string();
    let is_pushed = |operation: &str| operation == "POST git/repositories/{id}/pushes";
    let begins = fixture.stand_in.wait_until(Duration::from_secs(30), |stand_in| {
        stand_in.calls().iter().any(|call| is_pushed(&call.operation))
    });
    assert!(begins.await);
    assert!(Command::new("kill").args(["-INT", &id]).status().await.expect("kill").success());
    let output = child.wait_with_output().await.expect("the end");
    assert!(!output.status.success());
    let report = String::from_utf8(output.stdout).expect("UTF-8");
    assert!(report.contains("The run was stopped before it had asked everything."), "{report}");
    assert_eq!(fixture.get("hookpost-verify", "git/repositories").await["count"], 0);
}

#[tokio::test]
async fn mistakes_are_said_and_end_in_failure() {
    let fixture = Fixture::start().await;
    let token = token_file("good", canary::PAT);
    let (succeeds, report, output) = run(&fixture, &token, &["--project", "Boat House"]).await;
    assert!(!succeeds && report.is_empty());
    assert!(output.contains("the project `Boat House` is not touched"), "{output}");
    let twice = token_file("twice", &format!("{} {}", canary::PAT, canary::PAT));
    let (succeeds, _, output) = run(&fixture, &twice, &[]).await;
    assert!(!succeeds && output.contains("contains white space"), "{output}");
    let (succeeds, _, output) = run(&fixture, Path::new("/nowhere/token"), &[]).await;
    assert!(!succeeds && output.contains("`/nowhere/token` cannot be read"), "{output}");
    let (succeeds, _, output) = run(&fixture, &token, &["--wait=-5m"]).await;
    assert!(!succeeds && output.contains("the time to wait is negative"), "{output}");
    assert!(fixture.stand_in.changes().is_empty());
}
