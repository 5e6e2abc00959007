//! The client assertion: a token of another issuer, in JWT's compact form.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use ring::signature::{RSA_PKCS1_2048_8192_SHA256, RsaPublicKeyComponents};
use serde_json::Value;

use super::{FederatedCredential, RejectReason};
use crate::Timestamp;

/// An assertion that can be read, and is not verified yet.
pub(super) struct Assertion<'a> {
    header: Value,
    claims: Value,
    signed: &'a str,
    signature: Vec<u8>,
}

impl<'a> Assertion<'a> {
    /// `None` for what is not three parts of base64url, the first two of them JSON.
    pub(super) fn parse(token: &'a str) -> Option<Self> {
        let (signed, signature) = token.rsplit_once('.')?;
        let (header, claims) = signed.split_once('.')?;
        let bytes = |part: &str| URL_SAFE_NO_PAD.decode(part).ok();
        let json = |part: &str| serde_json::from_slice(&bytes(part)?).ok();
        Some(Self { header: json(header)?, claims: json(claims)?, signed, signature: bytes(signature)? })
    }

    pub(super) fn issuer(&self) -> &str {
        self.claims["iss"].as_str().unwrap_or_default()
    }

    pub(super) fn subject(&self) -> &str {
        self.claims["sub"].as_str().unwrap_or_default()
    }

    /// One audience, as a string or as a list of one. That a list of several matches nothing is assumed.
    fn audience(&self) -> &str {
        let audience = &self.claims["aud"];
        let alone = audience.as_array().filter(|list| list.len() == 1).map(|list| &list[0]);
        alone.unwrap_or(audience).as_str().unwrap_or_default()
    }

    /// Whether one of an app's credentials has issuer, subject and audience, letter by letter.
    pub(super) fn check_credentials(&self, credentials: &[FederatedCredential]) -> Result<(), RejectReason> {
        if credentials.is_empty() {
            return Err(RejectReason::NoCredential);
        }
        let mut fitting: Vec<_> = credentials.iter().filter(|own| own.issuer == self.issuer()).collect();
        if fitting.is_empty() {
            return Err(RejectReason::Issuer(self.issuer().to_owned()));
        }
        let is_near = fitting.iter().any(|own| own.subject.eq_ignore_ascii_case(self.subject()));
        fitting.retain(|own| own.subject == self.subject());
        if fitting.is_empty() {
            let subject = self.subject().to_owned();
            return Err(if is_near {
                RejectReason::SubjectCase(subject)
            } else {
                RejectReason::Subject(subject)
            });
        }
        if fitting.iter().any(|own| own.audience == self.audience()) {
            return Ok(());
        }
        Err(RejectReason::Audience(self.audience().to_owned()))
    }

    /// Verifies the signature with the key that the header names. `keys` is a set of JSON Web Keys.
    pub(super) fn check_signature(&self, keys: &Value) -> Result<(), RejectReason> {
        if self.header["alg"] != "RS256" {
            return Err(RejectReason::Algorithm);
        }
        let key_id = self.header["kid"].as_str().unwrap_or_default();
        let mut published = keys["keys"].as_array().into_iter().flatten();
        let key = published
            .find(|key| key["kid"] == key_id)
            .ok_or_else(|| RejectReason::Key { id: key_id.to_owned(), issuer: self.issuer().to_owned() })?;
        let number = |name: &str| URL_SAFE_NO_PAD.decode(key[name].as_str().unwrap_or_default());
        let (Ok(n), Ok(e)) = (number("n"), number("e")) else { return Err(RejectReason::Signature) };
        RsaPublicKeyComponents { n, e }
            .verify(&RSA_PKCS1_2048_8192_SHA256, self.signed.as_bytes(), &self.signature)
            .map_err(|_| RejectReason::Signature)
    }

    /// Whether it is valid at this time. Entra is known to bear clocks that differ by minutes: five are assumed.
    pub(super) fn check_time(&self, now: Timestamp) -> Result<(), RejectReason> {
        let second = |name: &str| self.claims[name].as_i64();
        let now_second = now.as_second();
        let begins = second("nbf").or_else(|| second("iat")).unwrap_or(i64::MAX);
        let ends = second("exp").unwrap_or(i64::MIN);
        if now_second < begins.saturating_sub(SKEW_SECONDS) || now_second >= ends.saturating_add(SKEW_SECONDS)
        {
            return Err(RejectReason::Expired { now, begins, ends });
        }
        Ok(())
    }
}

const SKEW_SECONDS: i64 = 300;
