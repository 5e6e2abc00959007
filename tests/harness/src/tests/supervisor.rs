use std::io::Read as _;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

/// The kernel also closes the pipe when the process that holds it is killed.
#[test]
fn the_supervisor_ends_its_command_when_the_pipe_closes() {
    let script = "echo $$ > \"$0\"; exec sleep 600";
    let note = std::env::temp_dir().join(format!("hookpost-supervised-{}", std::process::id()));
    let mut supervisor = Command::new("python3")
        .args(["-c", include_str!("../supervisor.py"), "/bin/sh", "-c", script])
        .arg(&note)
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .spawn()
        .unwrap();
    let pid = poll(|| read(&note).filter(|pid| pid.ends_with('\n')));
    let supervised = format!("/proc/{}", pid.trim());
    assert!(Path::new(&supervised).exists());
    drop(supervisor.stdin.take());
    assert!(supervisor.wait().unwrap().success());
    poll(|| (!Path::new(&supervised).exists()).then_some(()));
    std::fs::remove_file(note).unwrap();
}

fn read(path: &Path) -> Option<String> {
    let mut text = String::new();
    std::fs::File::open(path).ok()?.read_to_string(&mut text).ok()?;
    Some(text)
}

#[track_caller]
fn poll<T>(mut attempt: impl FnMut() -> Option<T>) -> T {
    let deadline = Instant::now() + Duration::from_secs(10);
    loop {
        if let Some(value) = attempt() {
            return value;
        }
        assert!(Instant::now() < deadline, "not within ten seconds");
        std::thread::sleep(Duration::from_millis(5));
    }
}
