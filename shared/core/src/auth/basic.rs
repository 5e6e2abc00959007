//! Basic authentication, RFC 7617. Azure DevOps sends an empty username, which is not looked at.

use base64::Engine as _;
use base64::alphabet::STANDARD;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};
use zeroize::Zeroizing;

use crate::receiver::request::AuthorizationHeader;

/// Padded or not: the standard wants padding, and its absence changes no byte.
const BASE64: GeneralPurpose = GeneralPurpose::new(
    &STANDARD,
    GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::Indifferent),
);

/// Presented credentials, wiped when dropped. Without `Debug`, so that they cannot be logged.
pub(crate) struct BasicCredentials {
    decoded: Zeroizing<Vec<u8>>,
    password_at: usize,
}

impl BasicCredentials {
    /// `None` when the header is not basic authentication.
    pub(crate) fn parse(header: &AuthorizationHeader) -> Option<Self> {
        let value = header.expose();
        let (scheme, rest) = value.split_at_checked("Basic ".len())?;
        if !scheme.eq_ignore_ascii_case(b"Basic ") {
            return None;
        }
        let decoded = Zeroizing::new(BASE64.decode(rest.trim_ascii()).ok()?);
        let colon = decoded.iter().position(|byte| *byte == b':')?;
        Some(Self { decoded, password_at: colon + 1 })
    }

    /// Everything behind the first colon.
    pub(crate) fn password(&self) -> &[u8] {
        &self.decoded[self.password_at..]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(header: &str, expected: Option<&str>) {
        let credentials = BasicCredentials::parse(&AuthorizationHeader::new(header.as_bytes()));
        assert_eq!(
            credentials.as_ref().map(BasicCredentials::password),
            expected.map(str::as_bytes),
            "{header}"
        );
    }

    #[test]
    fn the_password_is_what_follows_the_first_colon() {
        check("Basic OnNlY3JldA==", Some("secret"));
        check("basic OnNlY3JldA", Some("secret"));
        check("Basic dXNlcjpzZWNyZXQ=", Some("secret"));
        check("Basic dTphOmI=", Some("a:b"));
        check("Basic Og==", Some(""));
    }

    #[test]
    fn anything_else_is_no_credentials() {
        for header in
            ["", "Basic", "Basic ", "Basic !!!", "Basic c2VjcmV0", "Bearer OnNlY3JldA==", "BasicOnNlY3JldA=="]
        {
            check(header, None);
        }
    }
}
