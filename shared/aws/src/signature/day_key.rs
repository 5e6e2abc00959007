//! What a signature depends on but the request: the time, and the key of the day.

use std::time::SystemTime;

use aws_sdk_sqs::config::Credentials;
use jiff::Timestamp;
use jiff::tz::Offset;
use ring::hmac;
use zeroize::Zeroizing;

const SERVICE: &str = "sqs";

/// When a request is signed, to the second, as `20260302T155900Z`.
pub(crate) struct Instant {
    pub(crate) text: String,
}

impl Instant {
    /// `None` for a time that has no year of four digits.
    pub(crate) fn of(time: SystemTime) -> Option<Self> {
        let time = Offset::UTC.to_datetime(Timestamp::try_from(time).ok()?);
        let year = u32::try_from(time.year()).ok().filter(|year| *year <= 9999)?;
        let mut text = String::with_capacity(16);
        push_decimal(&mut text, year, 1000);
        for part in [time.month(), time.day()] {
            push_decimal(&mut text, part.unsigned_abs().into(), 10);
        }
        text.push('T');
        for part in [time.hour(), time.minute(), time.second()] {
            push_decimal(&mut text, part.unsigned_abs().into(), 10);
        }
        text.push('Z');
        Some(Self { text })
    }

    fn day(&self) -> &str {
        &self.text[..8]
    }
}

/// The key of one day, made of the credentials, and where it is good for.
pub(crate) struct DayKey {
    credentials: Credentials,
    /// `{day}/{region}/sqs/aws4_request`.
    pub(super) scope: String,
    pub(super) key: hmac::Key,
}

impl DayKey {
    pub(crate) fn derive(credentials: &Credentials, region: &str, instant: &Instant) -> Self {
        let secret = Zeroizing::new(["AWS4", credentials.secret_access_key()].concat());
        let parts = [instant.day(), region, SERVICE, "aws4_request"];
        let first = hmac::Key::new(hmac::HMAC_SHA256, secret.as_bytes());
        let key = parts.into_iter().fold(first, |key, part| {
            hmac::Key::new(hmac::HMAC_SHA256, hmac::sign(&key, part.as_bytes()).as_ref())
        });
        Self { credentials: credentials.clone(), scope: parts.join("/"), key }
    }

    /// Whether this is the key of these credentials on this day.
    pub(crate) fn is_for(&self, credentials: &Credentials, instant: &Instant) -> bool {
        self.scope.starts_with(instant.day()) && self.credentials == *credentials
    }
}

/// From the digit with the weight `weight` on.
fn push_decimal(text: &mut String, number: u32, mut weight: u32) {
    while weight > 0 {
        text.push(char::from_digit(number / weight % 10, 10).unwrap_or('0'));
        weight /= 10;
    }
}
