//! What it ran on.

use std::fs;
use std::thread;

use hookpost_stand_in::Timestamp;

/// The machine, and the time.
#[derive(Clone, Debug)]
pub(crate) struct Machine {
    pub(crate) cores: usize,
    pub(crate) processor: String,
    pub(crate) memory: String,
    /// Processes that wanted a core before the test began, on average over a minute.
    pub(crate) busy: String,
    pub(crate) date: String,
}

impl Machine {
    pub(crate) fn here() -> Self {
        let kibibytes = first("/proc/meminfo", "MemTotal")
            .and_then(|text| text.split_whitespace().next().and_then(|number| number.parse::<u64>().ok()));
        let load = fs::read_to_string("/proc/loadavg").unwrap_or_default();
        Self {
            cores: thread::available_parallelism().map_or(0, usize::from),
            processor: first("/proc/cpuinfo", "model name").unwrap_or_else(unknown),
            memory: kibibytes.map_or_else(unknown, |size| format!("{} GiB", size.div_ceil(1 << 20))),
            busy: load.split_whitespace().next().map_or_else(unknown, str::to_owned),
            date: now().strftime("%Y-%m-%d").to_string(),
        }
    }
}

/// The value of the first line `key: value` of a file of Linux.
fn first(file: &str, key: &str) -> Option<String> {
    let text = fs::read_to_string(file).ok()?;
    let lines = text.lines().filter_map(|line| line.split_once(':'));
    let mut values = lines.filter(|(name, _)| name.trim() == key).map(|(_, value)| value.trim().to_owned());
    values.next()
}

fn unknown() -> String {
    "unknown".to_owned()
}

#[expect(clippy::disallowed_methods, reason = "a report says when it was made")]
fn now() -> Timestamp {
    Timestamp::now()
}
