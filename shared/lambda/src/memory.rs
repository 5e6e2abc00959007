//! What the allocator does with memory that a delivery is done with.

use std::hint::black_box;

/// Twice this is kept: what the delivery of 2 MB takes, the most that Azure DevOps sends.
const BLOCK_BYTES: usize = 8 * 1024 * 1024;

/// Lets glibc keep up to 16 MiB that were freed instead of giving them back to the kernel after each large delivery, and having
/// them back, zeroed page by page, for the next: a push of 60 KB had 35 page faults at every call, and one of 2 MB had
/// two thousand.
///
/// glibc raises its thresholds to the size of the largest block that it was seen to ask the kernel for and give back, and
/// twice that. This is one, never written to, so it takes no memory.
pub(crate) fn keep_freed() {
    drop(black_box(Vec::<u8>::with_capacity(BLOCK_BYTES)));
}

/// Uses memory as a delivery will and gives it back to the allocator, so that the first delivery does not wait for the kernel
/// to find it: fifteen page faults, a twentieth of its time.
pub(crate) fn touch() {
    drop(black_box(vec![1_u8; DELIVERY_BYTES]));
}

/// More than the delivery of a push of a few kilobytes takes.
const DELIVERY_BYTES: usize = 96 * 1024;
