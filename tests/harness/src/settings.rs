//! Where the harness finds what it did not build itself.

use std::path::{Path, PathBuf};

/// The Python environment with the emulators: `HOOKPOST_TEST_VENV`, else `.venv` in the repository.
pub(super) fn python_environment() -> PathBuf {
    variable("HOOKPOST_TEST_VENV").map_or_else(|| repository().join(".venv"), PathBuf::from)
}

/// The folder of the function binaries: `HOOKPOST_TEST_BIN_DIR`, else the folder that cargo builds
/// binaries into with the profile of the running test.
pub(super) fn binaries() -> PathBuf {
    if let Some(folder) = variable("HOOKPOST_TEST_BIN_DIR") {
        return PathBuf::from(folder);
    }
    let test = std::env::current_exe().unwrap_or_default();
    let folder = test.parent().unwrap_or(Path::new("."));
    // Tests lie in `deps`, one below the binaries.
    let built = if folder.ends_with("deps") { folder.parent() } else { None };
    built.unwrap_or(folder).to_owned()
}

/// The folder for the record of calls, if one is wanted: `HOOKPOST_TEST_CALLS`.
pub(super) fn calls() -> Option<PathBuf> {
    variable("HOOKPOST_TEST_CALLS").map(PathBuf::from)
}

fn repository() -> &'static Path {
    Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../.."))
}

#[expect(clippy::disallowed_methods, reason = "a test has no main of its own to pass settings in")]
fn variable(name: &str) -> Option<String> {
    std::env::var(name).ok().filter(|value| !value.is_empty())
}
