//! Who takes part, and how each is started.

use std::path::{Path, PathBuf};
use std::process::Command;

#[derive(Clone, Debug)]
pub(crate) struct Contestant {
    pub(crate) name: &'static str,
    pub(crate) command: Vec<PathBuf>,
    /// Whether it sends messages, which must be the same as those of the others.
    pub(crate) sends: bool,
    /// Whether it also sends each delivery to the raw deliveries queue.
    pub(crate) keeps_deliveries: bool,
    /// Calls before the first measured one. An interpreter gets faster for a while.
    pub(crate) warm_up: usize,
}

pub(crate) const HELLO_RUNTIME: &str = "hello, lambda_runtime";
pub(crate) const HELLO_HTTP: &str = "hello, lambda_http";
pub(crate) const LIMIT: &str = "limit";
pub(crate) const HOOKPOST: &str = "Hookpost";
pub(crate) const KEEPING: &str = "Hookpost, RawDeliveries";
pub(crate) const NODE: &str = "Node";
pub(crate) const PYTHON: &str = "Python";

impl Contestant {
    fn compiled(name: &'static str, binary: PathBuf, sends: bool) -> Self {
        Self { name, command: vec![binary], sends, keeps_deliveries: false, warm_up: 100 }
    }

    fn interpreted(name: &'static str, command: Vec<PathBuf>) -> Self {
        Self { name, command, sends: true, keeps_deliveries: false, warm_up: 1000 }
    }

    /// A receiver as it is deployed: `code-pushed` or `pull-request`.
    pub(crate) fn receiver(name: &'static str) -> Self {
        Self::compiled(name, target().join("release").join(name), true)
    }

    /// What is deployed; `None` for an interpreter's script.
    pub(crate) fn binary(&self) -> Option<&Path> {
        if let [binary] = &*self.command { Some(binary) } else { None }
    }

    /// Everyone in the comparison.
    pub(crate) fn all() -> Vec<Self> {
        let built = target().join("contestants");
        let built_binary = |name: &'static str, binary: &str, sends| {
            Self::compiled(name, built.join("release").join(binary), sends)
        };
        // Without limits Node takes the memory of this machine, not of a function of 256 MB.
        let heap = ["--max-old-space-size=230", "--max-semi-space-size=12"].map(PathBuf::from);
        let node = [vec![interpreter("node", ["--print", "process.execPath"])], heap.to_vec()].concat();
        let python = interpreter("python3", ["-c", "import sys; print(sys.executable)"]);
        let bootstrap = folder().join("contestants/python/bootstrap.py");
        vec![
            built_binary(HELLO_RUNTIME, "hello-runtime", false),
            built_binary(HELLO_HTTP, "hello-http", false),
            built_binary(LIMIT, "limit", true),
            Self { name: HOOKPOST, ..Self::receiver("code-pushed") },
            Self { name: KEEPING, keeps_deliveries: true, ..Self::receiver("code-pushed") },
            Self::interpreted(NODE, [node, vec![built.join("node/index.mjs")]].concat()),
            Self::interpreted(PYTHON, vec![python, bootstrap]),
        ]
    }
}

/// The interpreter's own path: what is on the search path may be a script that starts it.
fn interpreter(name: &str, arguments: [&str; 2]) -> PathBuf {
    let output = Command::new(name).args(arguments).output().expect("Node and Python are installed");
    String::from_utf8_lossy(&output.stdout).trim().into()
}

/// The folder of the benchmark.
pub(crate) fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("bench")
}

/// Cargo's target directory, in whose `PROFILE` this program lies.
pub(crate) fn target() -> PathBuf {
    let program = std::env::current_exe().expect("Linux knows it");
    program.ancestors().nth(2).expect("a binary lies in `target/PROFILE`").to_owned()
}

/// For files that are rewritten by every run.
pub(crate) fn scratch() -> PathBuf {
    target().join("bench")
}
