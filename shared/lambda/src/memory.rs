//! What the allocator does with memory that a delivery is done with.

use std::hint::black_box;

/// More than a delivery takes, but for few.
const BLOCK_BYTES: usize = 1024 * 1024;

/// Lets glibc keep up to two mebibytes that were freed instead of giving them back to the kernel after each large delivery,
/// and having them back, zeroed page by page, for the next: a push of 60 KB had 35 page faults at every call.
///
/// glibc raises its thresholds to the size of the largest block that it was seen to ask the kernel for and give back. This
/// is one, never written to, so it takes no memory.
pub(crate) fn keep_freed() {
    drop(black_box(Vec::<u8>::with_capacity(BLOCK_BYTES)));
}
