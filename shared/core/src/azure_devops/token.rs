//! Personal access tokens.

use std::fmt;

use jiff::civil::{Date, date};
use zeroize::Zeroizing;

/// Longest accepted token, in characters. Current tokens have 52 or 84.
const LENGTH_MAX: usize = 1024;

/// The day from which tokens for all organizations no longer work (Azure DevOps Blog, "Retirement of global personal
/// access tokens").
pub(crate) const GLOBAL_TOKENS_END: Date = date(2026, 12, 1);

/// A personal access token: printable ASCII without white space, erased from memory when dropped.
///
/// Its form is not checked further, since Microsoft documents no form and has changed it before.
#[derive(Clone)]
pub struct PersonalAccessToken(Zeroizing<String>);

/// Why a text cannot be a personal access token. The errors do not repeat the text.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BadToken {
    /// The text is empty or only white space.
    #[error("the personal access token is empty")]
    Empty,
    /// There is white space inside the text: the operator pasted further text, or a line break.
    #[error("the personal access token contains white space; paste the token alone, without line breaks")]
    WhiteSpace,
    /// There is a control character or a character outside ASCII, such as the dots that a browser shows for a secret.
    #[error("the personal access token contains a character that no token has; copy it again")]
    Unprintable,
    /// The text is longer than 1,024 characters.
    #[error("the personal access token is longer than {LENGTH_MAX} characters; paste the token alone")]
    TooLong,
}

impl PersonalAccessToken {
    /// Parses a token, without the white space around it, such as a pasted line break.
    ///
    /// # Errors
    ///
    /// [`BadToken`] when the text cannot be a token. Only Azure DevOps can tell whether the token is valid.
    pub fn parse(text: &str) -> Result<Self, BadToken> {
        let token = text.trim();
        if token.is_empty() {
            Err(BadToken::Empty)
        } else if token.contains(char::is_whitespace) {
            Err(BadToken::WhiteSpace)
        } else if !token.bytes().all(|byte| byte.is_ascii_graphic()) {
            Err(BadToken::Unprintable)
        } else if token.len() > LENGTH_MAX {
            Err(BadToken::TooLong)
        } else {
            Ok(Self(Zeroizing::new(token.to_owned())))
        }
    }

    /// The token in plain text, for requests to Azure DevOps and for the secret that stores it.
    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for PersonalAccessToken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("PersonalAccessToken(REDACTED)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, expected: Result<&str, BadToken>) {
        let token = PersonalAccessToken::parse(text);
        let parsed = token.as_ref().map(PersonalAccessToken::expose).map_err(|error| *error);
        assert_eq!(parsed, expected, "{text:?}");
    }

    #[test]
    fn a_token_is_parsed_without_the_white_space_around_it() {
        check("abcdefghij234567", Ok("abcdefghij234567"));
        check(" \tabc/+=~_-AZDO\r\n", Ok("abc/+=~_-AZDO"));
        check("\u{a0}abc\u{2028}", Ok("abc"));
        check(&"x".repeat(1024), Ok(&"x".repeat(1024)));
    }

    #[test]
    fn texts_that_cannot_be_tokens_are_rejected() {
        for empty in ["", " ", "\r\n\t", "\u{a0}"] {
            check(empty, Err(BadToken::Empty));
        }
        for text in ["abc def", "abc\ndef", "Basic OnNlY3JldA==", "abc\u{a0}def"] {
            check(text, Err(BadToken::WhiteSpace));
        }
        for text in ["abc\0def", "abc\u{7f}", "•••••••", "tökén", "abc\u{200b}"] {
            check(text, Err(BadToken::Unprintable));
        }
        check(&"x".repeat(1025), Err(BadToken::TooLong));
    }

    #[test]
    fn debug_and_errors_show_no_token() {
        let token = PersonalAccessToken::parse("hunter2").expect("a token");
        assert_eq!(format!("{token:?}"), "PersonalAccessToken(REDACTED)");
        let error = PersonalAccessToken::parse("hunter2 hunter3").expect_err("white space");
        assert!(!format!("{error} {error:?}").contains("hunter"));
    }
}
