//! Names of happenings and of message groups: pure functions of the event, alike for every delivery of it.

use sha2::{Digest as _, Sha256};

use crate::hex::hex;
use crate::message::queue_message::QUEUE_ID_CHARS_MAX;

/// Bytes of a digest in an id: 128 bits never meet by chance.
const ID_BYTES: usize = 16;

/// An event id: `{kind}-` and 32 hex digits over the parts that make the happening what it is.
pub(super) fn event_id(kind: &str, parts: &[&str]) -> String {
    let mut hasher = Sha256::new();
    for part in parts {
        // The length keeps ["ab", "c"] and ["a", "bc"] apart.
        hasher.update((part.len() as u64).to_be_bytes());
        hasher.update(part.as_bytes());
    }
    format!("{kind}-{}", hex(&hasher.finalize(), ID_BYTES))
}

/// A message group id: `{repository}:{rest}` when SQS takes that, else the repository and a digest of the rest.
pub(super) fn group_id(repository: &str, rest: &str) -> String {
    let readable = format!("{repository}:{rest}");
    let accepted = |c: u8| c.is_ascii_alphanumeric() || c.is_ascii_punctuation();
    if readable.len() <= QUEUE_ID_CHARS_MAX && readable.bytes().all(accepted) {
        readable
    } else {
        format!("{}:{}", key(repository), digest(rest))
    }
}

/// A repository key that fits into ids: as it is when it is a GUID or as short, else its digest.
fn key(repository: &str) -> String {
    let short = repository.len() <= 64;
    if short && repository.bytes().all(|c| c.is_ascii_alphanumeric() || c.is_ascii_punctuation()) {
        repository.to_owned()
    } else {
        digest(repository)
    }
}

/// 32 hex digits of the SHA-256 of `text`.
pub(super) fn digest(text: &str) -> String {
    hex(&Sha256::digest(text.as_bytes()), ID_BYTES)
}

#[cfg(test)]
mod tests {
    use super::*;

    const REPOSITORY: &str = "5f0cbb5e-7b0b-4b5c-9f0e-0d3f6a0c2b11";

    #[test]
    fn a_group_reads_well_when_it_can() {
        assert_eq!(group_id(REPOSITORY, "refs/heads/main"), format!("{REPOSITORY}:refs/heads/main"));
    }

    #[test]
    fn a_group_is_always_one_that_sqs_takes() {
        for rest in ["refs/heads/grün", "refs/heads/a b", &"x".repeat(500), "\u{fffe}"] {
            for repository in [REPOSITORY, "größe", &"y".repeat(300)] {
                let group = group_id(repository, rest);
                assert!(group.len() <= QUEUE_ID_CHARS_MAX, "{group}");
                assert!(group.bytes().all(|c| c.is_ascii_graphic()), "{group}");
                assert_eq!(group, group_id(repository, rest));
                assert_ne!(group, group_id(repository, "refs/heads/main"));
            }
        }
    }

    #[test]
    fn parts_are_kept_apart() {
        assert_ne!(event_id("push", &["ab", "c"]), event_id("push", &["a", "bc"]));
    }
}
