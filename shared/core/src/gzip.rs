//! Compresses bodies that are kept, and restores them.

use std::io::{Read as _, Write as _};

use flate2::Compression;
use flate2::read::GzDecoder;
use flate2::write::GzEncoder;

use crate::receiver::request::BODY_BYTES_MAX;

/// Compresses a body with gzip.
pub(crate) fn compress(raw: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
    // Writing to memory cannot fail.
    encoder.write_all(raw).and_then(|()| encoder.finish()).unwrap_or_default()
}

/// Decompresses exactly `bytes` bytes, at most [`BODY_BYTES_MAX`]: a few compressed bytes can decompress into gigabytes.
pub(crate) fn decompress(compressed: &[u8], bytes: usize) -> Option<Vec<u8>> {
    if bytes > BODY_BYTES_MAX {
        return None;
    }
    let mut raw = Vec::with_capacity(bytes);
    let limit = u64::try_from(bytes).ok()?.checked_add(1)?;
    GzDecoder::new(compressed).take(limit).read_to_end(&mut raw).ok()?;
    (raw.len() == bytes).then_some(raw)
}
