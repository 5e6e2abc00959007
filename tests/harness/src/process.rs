//! A child process whose every line of output is kept.

use std::fmt;
use std::process::{ExitStatus, Stdio};
use std::sync::{Arc, Mutex, PoisonError};

use tokio::io::{AsyncBufReadExt as _, AsyncRead, BufReader};
use tokio::process::Command;
use tokio::sync::{Notify, watch};
use tokio::task::AbortHandle;

/// A running (or ended) child. Dropping it kills the child.
pub struct Process {
    id: Option<u32>,
    output: Output,
    exit: watch::Receiver<Option<ExitStatus>>,
    kill: Arc<Notify>,
    watcher: AbortHandle,
}

/// How a child ended, and its output.
#[derive(Clone, Debug)]
pub struct Exit {
    /// The exit code; `None` when a signal ended it.
    pub code: Option<i32>,
    /// Standard output and standard error, line by line, in the order read.
    pub lines: Vec<String>,
}

/// Lines of standard output and standard error.
type Output = Arc<Mutex<Vec<String>>>;

impl Process {
    /// Starts a program with its output captured.
    ///
    /// # Errors
    ///
    /// The program cannot be started.
    pub fn start(mut command: Command) -> std::io::Result<Self> {
        let mut child = command
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .kill_on_drop(true)
            .spawn()?;
        let (id, output) = (child.id(), Output::default());
        let readers = [
            child.stdout.take().map(|pipe| tokio::spawn(read(pipe, Arc::clone(&output)))),
            child.stderr.take().map(|pipe| tokio::spawn(read(pipe, Arc::clone(&output)))),
        ];
        let (sender, exit) = watch::channel(None);
        let kill = Arc::new(Notify::new());
        let killed = Arc::clone(&kill);
        let watcher = tokio::spawn(async move {
            let status = tokio::select! {
                status = child.wait() => status,
                () = killed.notified() => match child.start_kill() {
                    Ok(()) => child.wait().await,
                    Err(error) => Err(error),
                },
            };
            // The exit is published after the last line has been read.
            for reader in readers.into_iter().flatten() {
                let _ = reader.await;
            }
            sender.send_replace(status.ok());
        });
        Ok(Self { id, output, exit, kill, watcher: watcher.abort_handle() })
    }

    /// The process id.
    pub fn id(&self) -> Option<u32> {
        self.id
    }

    /// The lines written so far. A line appears shortly after the child has written it.
    pub fn lines(&self) -> Vec<String> {
        self.output.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Waits for the child to end by itself.
    pub async fn ended(&self) -> Exit {
        let mut exit = self.exit.clone();
        let status = exit.wait_for(Option::is_some).await.ok().and_then(|status| *status);
        Exit { code: status.and_then(|status| status.code()), lines: self.lines() }
    }

    /// Kills the child and waits until it is gone and all it wrote has been read.
    pub async fn stop(&self) -> Exit {
        self.kill.notify_one();
        self.ended().await
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        // The child belongs to the watcher and is killed with it.
        self.watcher.abort();
    }
}

impl fmt::Debug for Process {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Process(exit: {:?})", *self.exit.borrow())
    }
}

impl fmt::Display for Exit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.code {
            Some(code) => write!(f, "exit code {code}")?,
            None => f.write_str("ended by a signal")?,
        }
        write!(f, "; output:\n{}", self.lines.join("\n"))
    }
}

async fn read(pipe: impl AsyncRead + Unpin, output: Output) {
    let mut reader = BufReader::new(pipe);
    let mut line = Vec::new();
    while matches!(reader.read_until(b'\n', &mut line).await, Ok(1..)) {
        let text = String::from_utf8_lossy(&line);
        let text = text.trim_end_matches(['\r', '\n']).to_owned();
        output.lock().unwrap_or_else(PoisonError::into_inner).push(text);
        line.clear();
    }
}
