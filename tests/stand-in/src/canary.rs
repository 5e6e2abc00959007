//! Canaries: secrets planted in tests. They have the form of real ones, grant nothing, and must not
//! appear in any output.

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD_NO_PAD, URL_SAFE_NO_PAD};

/// The webhook password that is current.
pub const PASSWORD: &str = "Canary-Current-q7RkZ2v9XwT4mB8nL1sD6hJ3";
/// The webhook password that is pending.
pub const PENDING_PASSWORD: &str = "Canary-Pending-f5GyU0pK8cVaE2iN7oWq4xM9";
/// The webhook password that was current before.
pub const PREVIOUS_PASSWORD: &str = "Canary-Previous-t3HbS6jRzY1lQ9uD0eCk5gP8";
/// A password that is never accepted, as an attacker would send.
pub const WRONG_PASSWORD: &str = "Canary-Wrong-w8MvB4xZ2nKq7LrT1yJ6dHs9";
/// A personal access token in the length and alphabet of the real ones.
pub const PAT: &str = "canaryq2x7vfzk3mwn5bd6tgyr4hsjlpuoc4e7ai2wxkqzv9m5nb3t6d";
/// Stands in `AWS_ACCESS_KEY_ID`.
pub const ACCESS_KEY_ID: &str = "ASIACANARYHOOKPOST77";
/// Stands in `AWS_SECRET_ACCESS_KEY`.
pub const SECRET_ACCESS_KEY: &str = "CanarySecretKey/p4Qk8Rm2Vx6Zt0Yw3Bn7Lc5Hd9";
/// Stands in `AWS_SESSION_TOKEN`.
pub const SESSION_TOKEN: &str = "CanarySessionToken//////////wEaCWV1LXdlc3QtMSJHMEUCIQDw7Zq";

/// Every canary and what it is.
pub const ALL: [(&str, &str); 8] = [
    ("the current password", PASSWORD),
    ("the pending password", PENDING_PASSWORD),
    ("the previous password", PREVIOUS_PASSWORD),
    ("a wrong password", WRONG_PASSWORD),
    ("the personal access token", PAT),
    ("the AWS access key id", ACCESS_KEY_ID),
    ("the AWS secret access key", SECRET_ACCESS_KEY),
    ("the AWS context token", SESSION_TOKEN),
];

/// The canaries in a text: plain, in basic authentication with any user name, or in other base64 that
/// contains the whole canary.
fn found_in(text: impl AsRef<[u8]>) -> Vec<&'static str> {
    let text = text.as_ref();
    ALL.iter()
        .filter(|(_, secret)| traces(secret).iter().any(|trace| contains(text, trace.as_bytes())))
        .map(|(what, _)| *what)
        .collect()
}

/// Fails the test when a canary is in the text; `place` says where, such as "logs of code-pushed".
///
/// # Panics
///
/// A canary is in the text. The message names it, without its value.
#[track_caller]
pub fn assert_absent(place: &str, text: impl AsRef<[u8]>) {
    let found = found_in(text);
    assert!(found.is_empty(), "{place} shows {}", found.join(" and "));
}

/// Fails the test when a part of a token that was made at run time is in the text: an assertion of
/// [`sts::StandIn::issued`](crate::sts::StandIn::issued), or an access token of
/// [`entra::StandIn::issued`](crate::entra::StandIn::issued). Its header, which every token has, is no secret.
///
/// # Panics
///
/// 48 characters of the token in a row, counted from the end of its header, are in the text.
#[track_caller]
pub fn assert_token_absent(place: &str, text: impl AsRef<[u8]>, token: &str) {
    let secret = token.split_once('.').map_or(token, |(_, rest)| rest);
    let is_shown = secret.as_bytes().chunks_exact(48).any(|part| contains(text.as_ref(), part));
    assert!(!is_shown, "{place} shows a token that was made at run time");
}

/// The forms of a secret: itself, and the characters that its bytes alone decide at each of the three
/// positions within base64.
fn traces(secret: &str) -> Vec<String> {
    let mut traces = vec![secret.to_owned()];
    for before in 0..3_usize {
        let bytes = [&vec![0; before], secret.as_bytes()].concat();
        // Characters that also depend on the bytes before and behind are cut off.
        let first = (before * 8).div_ceil(6);
        let last = bytes.len() * 8 / 6;
        for encoded in [STANDARD_NO_PAD.encode(&bytes), URL_SAFE_NO_PAD.encode(&bytes)] {
            traces.push(encoded[first..last].to_owned());
        }
    }
    traces
}

fn contains(text: &[u8], part: &[u8]) -> bool {
    memchr::memmem::find(text, part).is_some()
}

#[cfg(test)]
mod tests {
    use base64::engine::general_purpose::STANDARD;

    use super::*;
    use crate::delivery::basic_authorization;

    #[test]
    fn canaries_are_found_in_plain_text_and_base64() {
        for user in ["", "a", "ab", "abc", "someone@example.invalid"] {
            let header = basic_authorization(user, PASSWORD);
            assert_eq!(found_in(&header), ["the current password"], "{header}");
        }
        let wrapped = STANDARD.encode(format!("{{\"password\":\"{PENDING_PASSWORD}\"}}"));
        assert_eq!(found_in(wrapped), ["the pending password"]);
        assert_eq!(found_in(format!("key={SECRET_ACCESS_KEY};")), ["the AWS secret access key"]);
    }

    #[test]
    #[should_panic(expected = "the log shows a token")]
    fn a_part_of_a_token_is_found() {
        let token = format!("header.{}.{}", "claims".repeat(40), "signature".repeat(20));
        assert_token_absent("the log", "header and the claims of others", &token);
        assert_token_absent("the log", &token[..100], &token);
    }

    #[test]
    fn other_text_has_no_canaries() {
        assert!(found_in("").is_empty());
        assert!(found_in("Canary-Current-").is_empty());
        assert!(found_in(basic_authorization("", "another")).is_empty());
    }
}
