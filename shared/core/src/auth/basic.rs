//! Parses basic authentication (RFC 7617). Azure DevOps sends an empty username, and any username is ignored.

use base64::Engine as _;
use base64::alphabet::STANDARD;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};
use zeroize::Zeroizing;

use crate::receiver::request::AuthorizationHeader;

/// Base64 with or without padding. RFC 7617 asks for padding; accepting its absence changes no decoded byte.
const BASE64: GeneralPurpose = GeneralPurpose::new(
    &STANDARD,
    GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::Indifferent),
);

/// The credentials of a request, wiped from memory when dropped. There is no `Debug`, so that they cannot be logged.
pub(crate) struct BasicCredentials {
    decoded: Zeroizing<Vec<u8>>,
    password_start: usize,
}

impl BasicCredentials {
    /// Parses the header; `None` when it is not basic authentication.
    pub(crate) fn parse(header: &AuthorizationHeader) -> Option<Self> {
        let value = header.expose();
        let (scheme, encoded) = value.split_at_checked("Basic ".len())?;
        if !scheme.eq_ignore_ascii_case(b"Basic ") {
            return None;
        }
        let decoded = Zeroizing::new(BASE64.decode(encoded.trim_ascii()).ok()?);
        let colon = decoded.iter().position(|byte| *byte == b':')?;
        Some(Self { decoded, password_start: colon + 1 })
    }

    /// The password: everything after the first colon.
    pub(crate) fn password(&self) -> &[u8] {
        &self.decoded[self.password_start..]
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
    fn the_password_follows_the_first_colon() {
        check("Basic OnNlY3JldA==", Some("secret"));
        check("basic OnNlY3JldA", Some("secret"));
        check("Basic dXNlcjpzZWNyZXQ=", Some("secret"));
        check("Basic dTphOmI=", Some("a:b"));
        check("Basic Og==", Some(""));
    }

    #[test]
    fn other_headers_are_not_credentials() {
        for header in
            ["", "Basic", "Basic ", "Basic !!!", "Basic c2VjcmV0", "Bearer OnNlY3JldA==", "BasicOnNlY3JldA=="]
        {
            check(header, None);
        }
    }
}
