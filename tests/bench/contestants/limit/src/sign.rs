//! AWS's Signature Version 4, for `POST /`.

use std::fmt::Write as _;
use std::time::{SystemTime, UNIX_EPOCH};

use hmac::{Hmac, KeyInit as _, Mac as _};
use sha2::{Digest as _, Sha256};

pub(crate) struct Signer {
    pub(crate) key_id: String,
    pub(crate) secret: String,
    pub(crate) token: String,
    pub(crate) region: String,
    pub(crate) service: &'static str,
    /// The day that `key` is for.
    day: String,
    key: [u8; 32],
}

/// What a request is signed over, beside its time.
pub(crate) struct Call<'a> {
    pub(crate) host: &'a str,
    pub(crate) target: &'a str,
    pub(crate) content_type: &'a str,
    pub(crate) body: &'a [u8],
}

impl Signer {
    pub(crate) fn new(service: &'static str, region: &str, [key_id, secret, token]: [String; 3]) -> Self {
        Self { key_id, secret, token, region: region.to_owned(), service, day: String::new(), key: [0; 32] }
    }

    /// Writes the whole request, signed, into `request`.
    pub(crate) fn request(&mut self, call: &Call<'_>, request: &mut Vec<u8>) {
        let moment = moment();
        let day = &moment[..8];
        if self.day != day {
            day.clone_into(&mut self.day);
            self.key = self.key_of_the_day();
        }
        let Self { key_id, token, region, service, key, .. } = self;
        let Call { host, target, content_type, body } = call;
        let canonical = format!(
            "POST\n/\n\ncontent-type:{content_type}\nhost:{host}\nx-amz-date:{moment}\nx-amz-security-token:{token}\n\
             x-amz-target:{target}\n\n{SIGNED}\n{}",
            Hex(&Sha256::digest(body))
        );
        let to_sign = format!(
            "AWS4-HMAC-SHA256\n{moment}\n{day}/{region}/{service}/aws4_request\n{}",
            Hex(&Sha256::digest(canonical.as_bytes()))
        );
        let signature = Hex(&hmac(key, to_sign.as_bytes())).to_string();
        request.clear();
        let head = format!(
            "POST / HTTP/1.1\r\nhost: {host}\r\ncontent-type: {content_type}\r\ncontent-length: {}\r\n\
             x-amz-date: {moment}\r\nx-amz-security-token: {token}\r\nx-amz-target: {target}\r\n\
             authorization: AWS4-HMAC-SHA256 Credential={key_id}/{day}/{region}/{service}/aws4_request, \
             SignedHeaders={SIGNED}, Signature={signature}\r\n\r\n",
            body.len()
        );
        request.extend_from_slice(head.as_bytes());
        request.extend_from_slice(body);
    }

    fn key_of_the_day(&self) -> [u8; 32] {
        let secret = format!("AWS4{}", self.secret);
        let parts = [self.day.as_str(), &self.region, self.service, "aws4_request"];
        let first = hmac(secret.as_bytes(), parts[0].as_bytes());
        parts[1..].iter().fold(first, |key, part| hmac(&key, part.as_bytes()))
    }
}

fn hmac(key: &[u8], data: &[u8]) -> [u8; 32] {
    // HMAC takes keys of any length.
    Hmac::<Sha256>::new_from_slice(key)
        .map_or([0; 32], |mac| mac.chain_update(data).finalize().into_bytes().into())
}

/// Now, as `20260302T155900Z`.
#[expect(clippy::disallowed_methods, reason = "a signature is for the moment")]
fn moment() -> String {
    let seconds = SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |since| since.as_secs());
    let (days, rest) = (seconds / 86_400, seconds % 86_400);
    // Howard Hinnant's `civil_from_days`, for days after 1970.
    let days = days + 719_468;
    let (era, of_era) = (days / 146_097, days % 146_097);
    let year_of_era = (of_era - of_era / 1460 + of_era / 36_524 - of_era / 146_096) / 365;
    let of_year = of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let shifted = (5 * of_year + 2) / 153;
    let (day, month) =
        (of_year - (153 * shifted + 2) / 5 + 1, if shifted < 10 { shifted + 3 } else { shifted - 9 });
    let year = year_of_era + era * 400 + u64::from(month <= 2);
    let (hour, minute, second) = (rest / 3600, rest / 60 % 60, rest % 60);
    format!("{year:04}{month:02}{day:02}T{hour:02}{minute:02}{second:02}Z")
}

/// Bytes in lower-case hex.
pub(crate) struct Hex<'a>(pub(crate) &'a [u8]);

impl std::fmt::Display for Hex<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        for byte in self.0 {
            for nibble in [byte >> 4, byte & 15] {
                f.write_char(char::from(b"0123456789abcdef"[usize::from(nibble)]))?;
            }
        }
        Ok(())
    }
}

const SIGNED: &str = "content-type;host;x-amz-date;x-amz-security-token;x-amz-target";
