//! Description of the machine, for reports.

use std::fs;

/// Date, processor, memory and load average, as one line.
#[expect(clippy::disallowed_methods, reason = "a report says when it was made")]
pub fn describe() -> String {
    let date = jiff::Timestamp::now().strftime("%Y-%m-%d");
    let processors = std::thread::available_parallelism().map_or(0, usize::from);
    let model = field("/proc/cpuinfo", "model name").unwrap_or_else(|| "unknown processor".to_owned());
    let memory = field("/proc/meminfo", "MemTotal").unwrap_or_else(|| "unknown".to_owned());
    let load = fs::read_to_string("/proc/loadavg").unwrap_or_default();
    let load = load.split(' ').next().unwrap_or_default();
    let architecture = std::env::consts::ARCH;
    format!("{date}; {architecture}, {processors} processors, {model}; memory {memory}; load average {load}")
}

/// The value of the first line `key: value` in a file of Linux.
fn field(file: &str, key: &str) -> Option<String> {
    let text = fs::read_to_string(file).ok()?;
    let value = |line: &str| {
        line.split_once(':').filter(|(name, _)| name.trim() == key).map(|(_, value)| value.trim().to_owned())
    };
    text.lines().find_map(value)
}
