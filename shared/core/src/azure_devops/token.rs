//! Personal access tokens as an operator pastes them.

use std::fmt;

use zeroize::Zeroizing;

/// Longest token that is taken, in characters. Those of today have 52 or 84.
const LENGTH_MAX: usize = 1024;

/// A personal access token: printable ASCII without white space, wiped from memory when dropped.
///
/// Nothing else is asked of its form: Microsoft documents none, and has changed it before.
#[derive(Clone)]
pub struct PersonalAccessToken(Zeroizing<String>);

/// Why a text cannot be a personal access token. None of these repeats the text.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BadToken {
    /// Nothing, or nothing but white space.
    #[error("the personal access token is empty")]
    Empty,
    /// White space between other characters: two things were pasted, or a line was broken.
    #[error("the personal access token has white space in it; paste the token alone, in one piece")]
    WhiteSpace,
    /// A control character, or one outside ASCII, such as the dots a browser shows in place of a secret.
    #[error("the personal access token has a character in it that no token has; copy it again")]
    Unprintable,
    /// Over a thousand characters.
    #[error("the personal access token is longer than {LENGTH_MAX} characters; paste the token alone")]
    TooLong,
}

impl PersonalAccessToken {
    /// Takes a token with the white space around it, such as the line break that comes with pasting, removed.
    ///
    /// # Errors
    ///
    /// When no token can look like `text`. Whether it is a token at all, only Azure DevOps can tell.
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

    /// The token itself: for the request to Azure DevOps, and for the secret it is kept in.
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
        let got = token.as_ref().map(PersonalAccessToken::expose).map_err(|error| *error);
        assert_eq!(got, expected, "{text:?}");
    }

    #[test]
    fn a_token_is_taken_as_pasted() {
        check("abcdefghij234567", Ok("abcdefghij234567"));
        check(" \tabc/+=~_-AZDO\r\n", Ok("abc/+=~_-AZDO"));
        check("\u{a0}abc\u{2028}", Ok("abc"));
        check(&"x".repeat(1024), Ok(&"x".repeat(1024)));
    }

    #[test]
    fn what_cannot_be_a_token_is_refused() {
        for empty in ["", " ", "\r\n\t", "\u{a0}"] {
            check(empty, Err(BadToken::Empty));
        }
        for two in ["abc def", "abc\ndef", "Basic OnNlY3JldA==", "abc\u{a0}def"] {
            check(two, Err(BadToken::WhiteSpace));
        }
        for odd in ["abc\0def", "abc\u{7f}", "•••••••", "tökén", "abc\u{200b}"] {
            check(odd, Err(BadToken::Unprintable));
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
