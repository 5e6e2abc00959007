//! One processor for everything, as a function below 1,769 MB has no more than one.
//!
//! Left alone, the kernel puts a contestant on the stubs' processor or on another, for as long as it likes, and waking
//! somebody up on another one costs twice as much.

use std::fs;
use std::process::{self, Command, Stdio};

/// Pins this process, and with it all threads and processes it starts from here on. Whether that went well.
pub(crate) fn to_one_processor() -> bool {
    let status = fs::read_to_string("/proc/self/status").unwrap_or_default();
    let allowed = status.lines().find_map(|line| line.strip_prefix("Cpus_allowed_list:"));
    // Such as `0-3,8`: the last, for the first has more interrupts to answer.
    let last = allowed.and_then(|list| list.trim().rsplit([',', '-']).next());
    let Some(last) = last else { return false };
    let arguments = ["--pid", "--cpu-list", last, &process::id().to_string()];
    let done = Command::new("taskset").args(arguments).stdout(Stdio::null()).status();
    done.is_ok_and(|status| status.success())
}
