//! What a signature depends on but the request: the time, and the key of the day.

use std::time::SystemTime;

use aws_sdk_sqs::config::Credentials;
use jiff::Timestamp;
use jiff::tz::Offset;
use ring::hmac;
use zeroize::Zeroizing;

/// When a request is signed, to the second, as `20260302T155900Z`.
pub(crate) struct Instant(pub(crate) String);

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
        Some(Self(text))
    }
}

/// The key of one day and one service, and where it is good for.
pub(crate) struct DayKey {
    /// `{day}/{region}/{service}/aws4_request`.
    pub(super) scope: String,
    pub(super) key: hmac::Key,
}

impl DayKey {
    /// The key for the day of an instant, as [`Instant`] writes it.
    pub(crate) fn derive(credentials: &Credentials, instant: &str, region: &str, service: &str) -> Self {
        let secret = Zeroizing::new(["AWS4", credentials.secret_access_key()].concat());
        let parts = [day(instant), region, service, "aws4_request"];
        let first = hmac::Key::new(hmac::HMAC_SHA256, secret.as_bytes());
        let key = parts.into_iter().fold(first, |key, part| {
            hmac::Key::new(hmac::HMAC_SHA256, hmac::sign(&key, part.as_bytes()).as_ref())
        });
        Self { scope: parts.join("/"), key }
    }

    /// Whether this is the key of the instant's day.
    pub(crate) fn is_for(&self, instant: &str) -> bool {
        self.scope.starts_with(day(instant))
    }
}

fn day(instant: &str) -> &str {
    &instant[..8]
}

/// From the digit with the weight `weight` on.
fn push_decimal(text: &mut String, number: u32, mut weight: u32) {
    while weight > 0 {
        text.push(char::from_digit(number / weight % 10, 10).unwrap_or('0'));
        weight /= 10;
    }
}
