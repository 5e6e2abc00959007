//! What glibc's allocator does with memory that a delivery has freed.

use std::hint::black_box;

/// glibc keeps twice this: a delivery of 2 MB, the largest that Azure DevOps sends, needs up to 16 MiB.
const BLOCK_BYTES: usize = 8 * 1024 * 1024;

/// More than a push of a few kilobytes needs.
const DELIVERY_BYTES: usize = 96 * 1024;

/// Lets glibc keep up to 16 MiB of freed memory. By default it returns them to the kernel after each large delivery and
/// gets them back, zeroed page by page, for the next: 35 page faults for a push of 60 KB, 2,000 for one of 2 MB.
///
/// glibc raises its thresholds to the size of the largest block that it has mapped and freed, and twice that
/// (`mallopt(3)`, `M_MMAP_THRESHOLD`). This block is never written to, so it takes no memory.
pub(super) fn raise_thresholds() {
    drop(black_box(Vec::<u8>::with_capacity(BLOCK_BYTES)));
}

/// Touches the memory that the first delivery will need, so that it does not wait for 15 page faults, a twentieth of its
/// time.
pub(super) fn prefault() {
    drop(black_box(vec![1_u8; DELIVERY_BYTES]));
}
