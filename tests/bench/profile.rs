//! What valgrind wrote down, in the format that its manual calls the Callgrind Format.

use std::collections::HashMap;

/// What was counted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Counted {
    pub(crate) instructions: u64,
    pub(crate) allocations: u64,
}

/// Instructions in all, and calls of the allocator. `None` when it has no totals.
pub(crate) fn read(profile: &str) -> Option<Counted> {
    let mut names: HashMap<&str, &str> = HashMap::new();
    let (mut instructions, mut allocations, mut is_allocator) = (None, 0, false);
    for line in profile.lines() {
        if let Some(totals) = line.strip_prefix("totals: ").or_else(|| line.strip_prefix("summary: ")) {
            instructions = totals.split(' ').next().and_then(|first| first.parse().ok());
        } else if let Some(function) = line.strip_prefix("cfn=").or_else(|| line.strip_prefix("fn=")) {
            // A name is written out once, behind its number.
            let (number, name) = function.split_once(' ').unwrap_or((function, ""));
            let name = if name.is_empty() { names.get(number).copied()? } else { name };
            names.insert(number, name);
            is_allocator = line.starts_with('c') && ALLOCATORS.contains(&name);
        } else if let Some(calls) = line.strip_prefix("calls=")
            && is_allocator
        {
            allocations += calls.split(' ').next()?.parse::<u64>().ok()?;
        }
    }
    Some(Counted { instructions: instructions?, allocations })
}

const ALLOCATORS: [&str; 5] = ["malloc", "calloc", "realloc", "posix_memalign", "aligned_alloc"];
