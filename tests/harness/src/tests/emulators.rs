use std::io::Read as _;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use crate::emulators::emulators;
use crate::queues::Queues;
use crate::secrets::{Secrets, Stage};
use serde_json::json;

#[tokio::test]
async fn a_fifo_queue_removes_duplicates_within_a_group_even_after_deletion() {
    let endpoint = emulators().sqs();
    let queues = Queues::at(endpoint);
    let url = queues.create_events_queue("duplicates").await.unwrap();
    for (group, id, body) in [("g", "1", "a"), ("g", "1", "b"), ("g", "2", "c"), ("h", "1", "d")] {
        queues.send(&url, body, Some((group, id))).await.unwrap();
    }
    assert_eq!(queues.count(&url).await.unwrap(), 3);
    let drained = queues.drain(&url).await.unwrap();
    let mut bodies: Vec<_> = drained.iter().map(|one| one.body.as_str()).collect();
    bodies.sort_unstable();
    assert_eq!(bodies, ["a", "c", "d"]);
    queues.send(&url, "again", Some(("g", "1"))).await.unwrap();
    assert!(queues.drain(&url).await.unwrap().is_empty());
}

#[tokio::test]
async fn a_message_has_group_ids_and_attributes() {
    let queues = Queues::at(emulators().sqs());
    let url = queues.create_events_queue("attributes").await.unwrap();
    queues.send(&url, r#"{"x":1}"#, Some(("g", "d"))).await.unwrap();
    let message = queues.drain(&url).await.unwrap().remove(0);
    assert_eq!((message.group(), message.deduplication_id()), ("g", "d"));
    assert_eq!(message.json(), json!({"x": 1}));
    let standard = queues.create_quarantine_queue("attributes").await.unwrap();
    queues.send(&standard, "plain", None).await.unwrap();
    assert_eq!(queues.drain(&standard).await.unwrap()[0].group(), "");
}

#[tokio::test]
async fn secrets_rotate_through_their_stages() {
    let secrets = Secrets::at(emulators().secrets_manager());
    let name = "rotating/lakeside/webhook";
    let first = secrets.seed("rotating", "lakeside", "one").await.unwrap();
    let second = secrets.put(name, "two", Stage::Pending).await.unwrap();
    assert_eq!(secrets.value(name, Stage::Current).await.unwrap(), r#"{"password":"one"}"#);
    assert_eq!(secrets.value(name, Stage::Pending).await.unwrap(), "two");
    secrets.move_stage(name, Stage::Current, Some(&first), Some(&second)).await.unwrap();
    assert_eq!(secrets.value(name, Stage::Current).await.unwrap(), "two");
    assert_eq!(secrets.value(name, Stage::Previous).await.unwrap(), r#"{"password":"one"}"#);
    secrets.move_stage(name, Stage::Previous, Some(&first), None).await.unwrap();
    let gone = secrets.value(name, Stage::Previous).await.unwrap_err();
    assert!(gone.to_string().starts_with("ResourceNotFoundException"), "{gone}");
    secrets.delete(name).await.unwrap();
    assert!(secrets.value(name, Stage::Current).await.is_err());
}

/// Whoever holds the pipe may be killed: the kernel closes it all the same.
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
