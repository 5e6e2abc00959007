//! A contestant's process: started as Lambda starts one, and what the kernel says it used.

use std::collections::VecDeque;
use std::ffi::OsString;
use std::io::{self, BufRead as _, BufReader, Read};
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};
use std::{fs, thread};

/// Dropping it kills the process.
#[derive(Debug)]
pub(crate) struct Process {
    child: Child,
    pub(crate) began: Instant,
    said: Arc<Said>,
}

/// What a process wrote.
#[derive(Debug, Default)]
struct Said {
    lines: Mutex<VecDeque<String>>,
    bytes: AtomicU64,
}

impl Process {
    /// Starts a command in this environment and no other.
    pub(crate) fn start(command: &[OsString], environment: &[(String, OsString)]) -> io::Result<Self> {
        let (program, arguments) = command.split_first().ok_or(io::ErrorKind::InvalidInput)?;
        let mut command = Command::new(program);
        command.args(arguments).env_clear().envs(environment.iter().map(|(name, value)| (name, value)));
        command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let began = Instant::now();
        let mut child = command.spawn()?;
        let said = Arc::new(Said::default());
        for output in [child.stdout.take().map(boxed), child.stderr.take().map(boxed)].into_iter().flatten() {
            listen(output, Arc::clone(&said));
        }
        Ok(Self { child, began, said })
    }

    /// Processor time of all its threads, user and system. To be asked while it waits: only then is it exact.
    pub(crate) fn cpu(&self) -> io::Result<Duration> {
        thread::sleep(SETTLING);
        let mut nanoseconds = 0;
        for task in fs::read_dir(format!("/proc/{}/task", self.child.id()))? {
            let text = fs::read_to_string(task?.path().join("schedstat"))?;
            let running = text.split(' ').next().and_then(|first| first.parse::<u64>().ok());
            nanoseconds += running.ok_or_else(|| io::Error::other("`schedstat` has no figures"))?;
        }
        Ok(Duration::from_nanos(nanoseconds))
    }

    /// The most memory it ever had, in bytes.
    pub(crate) fn peak_memory(&self) -> io::Result<u64> {
        let status = fs::read_to_string(format!("/proc/{}/status", self.child.id()))?;
        let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
        let kibibytes = line.and_then(|line| line.trim().strip_suffix(" kB")?.parse::<u64>().ok());
        kibibytes.map(|kibibytes| kibibytes * 1024).ok_or_else(|| io::Error::other("`status` has no VmHWM"))
    }

    /// How many bytes it wrote so far. To be asked when it is known to wait.
    pub(crate) fn written(&self) -> u64 {
        self.said.bytes.load(Ordering::Relaxed)
    }

    /// The last lines it wrote.
    pub(crate) fn said(&self) -> String {
        let lines = self.said.lines.lock().unwrap_or_else(PoisonError::into_inner);
        lines.iter().fold(String::new(), |said, line| said + "  " + line + "\n")
    }

    /// Asks it to end, as an instrument needs it to write down what it saw, and waits.
    pub(crate) fn end(mut self) -> io::Result<()> {
        Command::new("kill").args(["-s", "TERM", &self.child.id().to_string()]).status()?;
        self.child.wait().map(|_| ())
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        // One that has ended already cannot be killed.
        drop(self.child.kill());
        drop(self.child.wait());
    }
}

fn boxed(output: impl Read + Send + 'static) -> Box<dyn Read + Send> {
    Box::new(output)
}

/// Takes what a process writes off its hands, as Lambda does.
fn listen(output: Box<dyn Read + Send>, said: Arc<Said>) {
    thread::spawn(move || {
        for line in BufReader::new(output).lines().map_while(Result::ok) {
            said.bytes.fetch_add(line.len() as u64 + 1, Ordering::Relaxed);
            let mut lines = said.lines.lock().unwrap_or_else(PoisonError::into_inner);
            if lines.len() == LINES_KEPT {
                lines.pop_front();
            }
            lines.push_back(line);
        }
    });
}

/// A process that has asked for work may still be on its way to sleep.
const SETTLING: Duration = Duration::from_millis(2);

const LINES_KEPT: usize = 20;
