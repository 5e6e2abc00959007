//! Masks secrets in text that others wrote.

use std::collections::HashSet;

const MASK: &str = "********";

/// A piece of a secret of this many bytes is masked like the secret itself: messages may quote the first part of a token.
const PIECE_BYTES: usize = 16;

/// The text without these secrets and without their pieces. An empty secret is none.
pub(crate) fn mask(text: &str, secrets: &[&str]) -> String {
    let mut is_secret = vec![false; text.len()];
    for secret in secrets.iter().filter(|secret| !secret.is_empty()) {
        let length = secret.len().min(PIECE_BYTES);
        let pieces: HashSet<&[u8]> = secret.as_bytes().windows(length).collect();
        for (start, piece) in text.as_bytes().windows(length).enumerate() {
            if pieces.contains(piece) {
                is_secret[start..start + length].fill(true);
            }
        }
    }
    let mut masked = String::with_capacity(text.len());
    let mut is_in_secret = false;
    for (start, character) in text.char_indices() {
        let was_in_secret = is_in_secret;
        is_in_secret = is_secret[start..start + character.len_utf8()].contains(&true);
        match (was_in_secret, is_in_secret) {
            (_, false) => masked.push(character),
            (false, true) => masked.push_str(MASK),
            (true, true) => {}
        }
    }
    masked
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn secrets_and_their_pieces_are_masked() {
        let token = "eyJ0eXAiOiJKV1QifQ.eyJzdWIiOiJhIn0.c2lnbmF0dXJl";
        let secrets = [token, "swordfish", ""];
        assert_eq!(mask(&format!("<{token}> of 'swordfish'"), &secrets), "<********> of '********'");
        assert_eq!(mask(&format!("it begins {}…", &token[..16]), &secrets), "it begins ********…");
        assert_eq!(mask(&format!("it ends {}", &token[20..]), &secrets), "it ends ********");
        assert_eq!(mask(&format!("too short: {}", &token[..15]), &secrets), "too short: eyJ0eXAiOiJKV1Q");
        assert_eq!(mask("sword and fish: é", &secrets), "sword and fish: é");
        assert_eq!(mask("", &secrets), "");
    }
}
