//! Computes event ids and message group ids. They depend on the event alone, so they are equal for every delivery of it.

use sha2::{Digest as _, Sha256};

use crate::message::queue_message::QUEUE_ID_CHARS_MAX;

/// Bytes of a digest in an id. 128 bits do not collide by chance.
const DIGEST_BYTES: usize = 16;

/// An event id: `{kind}-` and 32 hex digits, the digest of the parts that identify the event.
pub(crate) fn event_id(kind: &str, parts: &[&str]) -> String {
    let mut hasher = Sha256::new();
    for part in parts {
        // With the length, ["ab", "c"] and ["a", "bc"] have different digests.
        hasher.update((part.len() as u64).to_be_bytes());
        hasher.update(part.as_bytes());
    }
    format!("{kind}-{}", hex::encode(&hasher.finalize()[..DIGEST_BYTES]))
}

/// A message group id: `{repository}:{subject}` when SQS accepts that, else the repository and a digest of the subject.
pub(crate) fn group_id(repository: &str, subject: &str) -> String {
    let group_id = format!("{repository}:{subject}");
    if group_id.len() <= QUEUE_ID_CHARS_MAX && group_id.bytes().all(|c| c.is_ascii_graphic()) {
        group_id
    } else {
        format!("{}:{}", short_key(repository), digest(subject))
    }
}

/// The repository key as part of an id: the key itself when it is short, as a GUID is, else its digest.
fn short_key(repository: &str) -> String {
    if repository.len() <= 64 && repository.bytes().all(|c| c.is_ascii_graphic()) {
        repository.to_owned()
    } else {
        digest(repository)
    }
}

/// 32 hex digits of the SHA-256 of `text`.
pub(super) fn digest(text: &str) -> String {
    hex::encode(&Sha256::digest(text)[..DIGEST_BYTES])
}

#[cfg(test)]
mod tests {
    use super::*;

    const REPOSITORY: &str = "5f0cbb5e-7b0b-4b5c-9f0e-0d3f6a0c2b11";

    #[test]
    fn a_group_id_is_readable_when_sqs_accepts_it() {
        assert_eq!(group_id(REPOSITORY, "refs/heads/main"), format!("{REPOSITORY}:refs/heads/main"));
    }

    #[test]
    fn sqs_accepts_every_group_id() {
        for subject in ["refs/heads/grün", "refs/heads/a b", &"x".repeat(500), "\u{fffe}"] {
            for repository in [REPOSITORY, "größe", &"y".repeat(300)] {
                let group = group_id(repository, subject);
                assert!(group.len() <= QUEUE_ID_CHARS_MAX, "{group}");
                assert!(group.bytes().all(|c| c.is_ascii_graphic()), "{group}");
                assert_eq!(group, group_id(repository, subject));
                assert_ne!(group, group_id(repository, "refs/heads/main"));
            }
        }
    }

    #[test]
    fn the_borders_between_parts_change_the_event_id() {
        assert_ne!(event_id("push", &["ab", "c"]), event_id("push", &["a", "bc"]));
    }
}
