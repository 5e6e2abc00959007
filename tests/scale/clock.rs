//! The clock that one process sees: see clock.c, which is the other side.

use std::fs::{File, OpenOptions};
use std::os::unix::fs::FileExt as _;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU32, Ordering};

use hookpost_stand_in::Timestamp;
use jiff::SignedDuration;

/// The library for `LD_PRELOAD`.
const LIBRARY: &str = env!("VIRTUAL_CLOCK_LIBRARY");

/// A clock that moves only when it is moved, and by the waiting of the process that has it.
#[derive(Debug)]
pub struct Clock {
    file: File,
    path: PathBuf,
}

impl Clock {
    /// A clock of its own, at a time.
    ///
    /// # Panics
    ///
    /// The folder for temporary files is not writable.
    pub fn at(time: Timestamp) -> Self {
        static COUNT: AtomicU32 = AtomicU32::new(0);
        let (process, count) = (std::process::id(), COUNT.fetch_add(1, Ordering::Relaxed));
        let path = std::env::temp_dir().join(format!("hookpost-clock-{process}-{count}"));
        let file = OpenOptions::new().read(true).write(true).create(true).truncate(true).open(&path);
        let clock = Self { file: file.expect("a file for the clock"), path };
        clock.write(time);
        clock
    }

    /// The environment variables of a process with this clock.
    pub fn environment(&self) -> [(&'static str, String); 2] {
        [("LD_PRELOAD", LIBRARY.to_owned()), ("VIRTUAL_CLOCK", path_text(&self.path))]
    }

    /// The time on the clock.
    ///
    /// # Panics
    ///
    /// The clock's file cannot be read.
    pub fn now(&self) -> Timestamp {
        let mut bytes = [0; 8];
        self.file.read_exact_at(&mut bytes, 0).expect("the file of the clock");
        let time = Timestamp::from_nanosecond(i64::from_ne_bytes(bytes).into());
        time.expect("a time within the range of a clock")
    }

    /// Moves the clock on to a time, and never back.
    pub fn move_to(&self, time: Timestamp) {
        if time > self.now() {
            self.write(time);
        }
    }

    fn write(&self, time: Timestamp) {
        let nanoseconds = i64::try_from(time.as_nanosecond()).expect("a time within the range of a clock");
        self.file.write_all_at(&nanoseconds.to_ne_bytes(), 0).expect("the file of the clock");
    }
}

impl Drop for Clock {
    fn drop(&mut self) {
        // A file that stays is removed with the folder for temporary files.
        let _ = std::fs::remove_file(&self.path);
    }
}

/// A time later by so many seconds.
pub fn after(time: Timestamp, seconds: i64) -> Timestamp {
    time + SignedDuration::from_secs(seconds)
}

fn path_text(path: &Path) -> String {
    path.to_string_lossy().into_owned()
}
