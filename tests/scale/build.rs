//! Compiles the clock that the functions see, a library for `LD_PRELOAD`.
#![expect(clippy::expect_used, reason = "a build that cannot go on fails")]

use std::path::Path;
use std::process::Command;

fn main() {
    println!("cargo::rerun-if-changed=clock.c");
    let folder = std::env::var_os("OUT_DIR").expect("Cargo sets OUT_DIR");
    let library = Path::new(&folder).join("clock.so");
    let status = Command::new("cc")
        .args(["-shared", "-fPIC", "-O2", "-Wall", "-Werror", "clock.c", "-ldl", "-o"])
        .arg(&library)
        .status()
        .expect("a C compiler named `cc` is needed, as for every Rust program");
    assert!(status.success(), "clock.c does not compile");
    println!("cargo::rustc-env=VIRTUAL_CLOCK_LIBRARY={}", library.display());
}
