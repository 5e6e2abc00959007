//! Digests as text.

/// The first `bytes` bytes of a digest as lower-case hex, two digits each.
pub(crate) fn hex(digest: &[u8], bytes: usize) -> String {
    let nibbles = digest.iter().take(bytes).flat_map(|byte| [byte >> 4, byte & 15]);
    nibbles.filter_map(|nibble| char::from_digit(nibble.into(), 16)).collect()
}
