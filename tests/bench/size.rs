//! What is uploaded to Lambda: zipped as `make package` zips it.

use std::path::Path;
use std::process::Command;

use serde::Deserialize;

use crate::running::Failure;

#[derive(Clone, Copy, Debug, Default, Deserialize)]
pub(crate) struct Size {
    pub(crate) bytes: u64,
    pub(crate) zip_bytes: u64,
}

/// Of a binary or a folder. `bench` is the folder of the benchmark.
pub(crate) fn of(artefact: &Path, bench: &Path) -> Result<Size, Failure> {
    let output = Command::new("python3").arg(bench.join("zipped.py")).arg(artefact).output()?;
    if !output.status.success() {
        return Err(Failure(String::from_utf8_lossy(&output.stderr).into_owned()));
    }
    serde_json::from_slice(&output.stdout).map_err(|error| Failure(format!("`zipped.py`: {error}")))
}
