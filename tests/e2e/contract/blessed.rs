//! Files that are checked in and must stay as they are.

use std::fs;
use std::path::{Path, PathBuf};

/// The folder of the events crate, which the files belong to.
pub(crate) fn events_crate() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../shared/events")
}

/// Whether `make bless` is running, which writes the files instead of comparing them.
fn blessing() -> bool {
    std::env::vars().any(|(name, _)| name == "HOOKPOST_BLESS")
}

/// Compares with the file, or writes it.
#[track_caller]
pub(crate) fn check(file: &Path, now: &str) {
    if blessing() {
        fs::create_dir_all(file.parent().expect("a folder")).expect("a folder that can be made");
        fs::write(file, now).expect("a file that can be written");
        return;
    }
    let name = file.display();
    let kept = fs::read_to_string(file).unwrap_or_else(|error| panic!("{name}: {error}; run `make bless`"));
    assert!(kept == now, "{name} is out of date. Run `make bless`, and look at what changed:\n{now}");
}
