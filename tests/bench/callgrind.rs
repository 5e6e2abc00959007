//! Instructions and allocations of one warm call, counted by valgrind: the same on a busy machine as on a quiet one.
//!
//! Valgrind runs the program on a processor of its own making, without the instructions for SHA, so that hashing weighs
//! more than it does in truth. The kernel's part is not counted.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use crate::contestant::Contestant;
use crate::deliveries::Event;
use crate::profile::{self, Counted};
use crate::running::{Failure, Running};
use crate::stub::aws::Aws;
use crate::stub::certificates::Certificates;

/// Valgrind, and where it writes.
#[derive(Debug)]
pub(crate) struct Valgrind {
    program: PathBuf,
    folder: PathBuf,
}

impl Valgrind {
    /// `None` when it is not installed.
    pub(crate) fn find(folder: &Path) -> Option<Self> {
        let path = std::env::var_os("PATH")?;
        let program =
            std::env::split_paths(&path).map(|folder| folder.join("valgrind")).find(|it| it.is_file())?;
        let works = Command::new(&program).arg("--version").stdout(Stdio::null()).status();
        works.is_ok_and(|status| status.success()).then(|| Self { program, folder: folder.to_owned() })
    }

    /// Of one warm call: what further calls cost beyond the first.
    pub(crate) fn per_call(
        &self,
        contestant: &Contestant,
        event: &Event,
        aws: &Aws,
        certificates: &Certificates,
    ) -> Result<Counted, Failure> {
        let few = self.run(contestant, event, FEW, aws, certificates)?;
        let many = self.run(contestant, event, MANY, aws, certificates)?;
        let each = |few: u64, many: u64| many.saturating_sub(few) / (MANY - FEW) as u64;
        Ok(Counted {
            instructions: each(few.instructions, many.instructions),
            allocations: each(few.allocations, many.allocations),
        })
    }

    /// The file that the last run of a contestant left behind.
    pub(crate) fn profile_of(&self, contestant: &Contestant) -> PathBuf {
        self.folder.join(format!("callgrind.{}", contestant.name.replace([' ', ','], "-")))
    }

    /// Of a whole process that answers so many deliveries.
    pub(crate) fn run(
        &self,
        contestant: &Contestant,
        event: &Event,
        calls: usize,
        aws: &Aws,
        certificates: &Certificates,
    ) -> Result<Counted, Failure> {
        let out = self.profile_of(contestant);
        let instrument = [
            self.program.clone().into(),
            "--tool=callgrind".into(),
            format!("--callgrind-out-file={}", out.display()).into(),
        ];
        let command = instrument.into_iter().chain(contestant.command.iter().cloned()).collect();
        let contestant = Contestant { command, ..contestant.clone() };
        let running = Running::start(&contestant, aws, certificates, &[LONG_DEADLINE])?;
        running.init()?;
        running.answer(std::slice::from_ref(event), calls)?;
        running.end()?;
        let profile = fs::read_to_string(&out)?;
        profile::read(&profile).ok_or_else(|| Failure(format!("`{}` has no totals", out.display())))
    }
}

/// Valgrind is some fifty times slower than the processor, and what is waited for in vain is done twice.
const LONG_DEADLINE: (&str, &str) = ("HOOKPOST_DEADLINE_MILLISECONDS", "25000");

const FEW: usize = 20;
const MANY: usize = 60;
