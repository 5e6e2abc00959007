//! Who takes part, and how each is started.

use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::process::Command;

/// Somebody who answers deliveries.
#[derive(Clone, Debug)]
pub(crate) struct Contestant {
    pub(crate) name: &'static str,
    pub(crate) command: Vec<OsString>,
    pub(crate) work: Work,
    /// What is uploaded to Lambda: one binary, or a folder.
    pub(crate) artefact: PathBuf,
    /// How many warm calls it gets before any is counted.
    pub(crate) warm_up: usize,
    /// Whether it is machine code from the start.
    pub(crate) is_compiled: bool,
}

/// How much a contestant does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Work {
    /// Answers, and nothing else.
    Nothing,
    /// Takes pushes.
    Pushes,
    /// Takes pull requests.
    PullRequests,
    /// Takes both.
    Everything,
}

impl Work {
    pub(crate) fn takes_pushes(self) -> bool {
        self != Self::PullRequests
    }

    pub(crate) fn takes_pull_requests(self) -> bool {
        self != Self::Pushes
    }

    pub(crate) fn sends(self) -> bool {
        self != Self::Nothing
    }
}

pub(crate) const HELLO_RUNTIME: &str = "hello, lambda_runtime";
pub(crate) const HELLO_HTTP: &str = "hello, lambda_http";
pub(crate) const LIMIT: &str = "limit";
pub(crate) const CODE_PUSHED: &str = "code-pushed";
pub(crate) const PULL_REQUEST: &str = "pull-request";
pub(crate) const NODE: &str = "Node";
pub(crate) const PYTHON: &str = "Python";

/// Where cargo and the Makefile put things.
#[derive(Clone, Debug)]
pub(crate) struct Places {
    /// Of this folder.
    pub(crate) bench: PathBuf,
    pub(crate) target: PathBuf,
}

impl Places {
    /// The target directory is the one this program lies in: `target/PROFILE/deps/bench-…`.
    pub(crate) fn find() -> Self {
        let program = std::env::current_exe().unwrap_or_default();
        Self {
            bench: Path::new(env!("CARGO_MANIFEST_DIR")).join("bench"),
            target: program.ancestors().nth(3).unwrap_or(Path::new("target")).to_owned(),
        }
    }

    /// For files that nobody keeps.
    pub(crate) fn scratch(&self) -> PathBuf {
        self.target.join("bench")
    }

    pub(crate) fn receiver(&self, name: &str) -> PathBuf {
        self.target.join("release").join(name)
    }

    pub(crate) fn contestants(&self) -> Vec<Contestant> {
        let yardstick = |name: &str| self.target.join("contestants").join("release").join(name);
        let node = self.target.join("contestants").join("node");
        let python = self.bench.join("contestants").join("python");
        // Heaps for a function of 256 MB: without that, Node takes what this machine has.
        let heaps = ["--max-old-space-size=230", "--max-semi-space-size=12"].map(OsString::from);
        let node_itself = interpreter("node", ["--print", "process.execPath"]);
        let start_node = [node_itself].into_iter().chain(heaps).collect();
        let start_python = vec![interpreter("python", ["-c", "import sys; print(sys.executable)"])];
        vec![
            compiled(HELLO_RUNTIME, yardstick("hello-runtime"), Work::Nothing),
            compiled(HELLO_HTTP, yardstick("hello-http"), Work::Nothing),
            compiled(LIMIT, yardstick("limit"), Work::Everything),
            compiled(CODE_PUSHED, self.receiver(CODE_PUSHED), Work::Pushes),
            compiled(PULL_REQUEST, self.receiver(PULL_REQUEST), Work::PullRequests),
            scripted(NODE, start_node, node, "index.mjs"),
            scripted(PYTHON, start_python, python, "bootstrap.py"),
        ]
    }
}

fn compiled(name: &'static str, binary: PathBuf, work: Work) -> Contestant {
    let command = vec![binary.clone().into()];
    Contestant { name, command, work, artefact: binary, warm_up: 100, is_compiled: true }
}

/// In an interpreter, which gets faster for a while.
fn scripted(name: &'static str, start: Vec<OsString>, folder: PathBuf, script: &str) -> Contestant {
    let command = start.into_iter().chain([folder.join(script).into()]).collect();
    Contestant { name, command, work: Work::Everything, artefact: folder, warm_up: 1000, is_compiled: false }
}

/// An interpreter, as it names itself: what is on the search path may be a script that starts it.
fn interpreter(name: &str, arguments: [&str; 2]) -> OsString {
    let said = Command::new(name).args(arguments).output();
    let path = said.map(|said| String::from_utf8_lossy(&said.stdout).trim().to_owned()).unwrap_or_default();
    if path.is_empty() { name.into() } else { path.into() }
}
