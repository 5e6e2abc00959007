//! The one place that reads the clock.

use jiff::Timestamp;

pub(crate) fn now() -> Timestamp {
    #[expect(clippy::disallowed_methods, reason = "time enters the program here and goes on as an argument")]
    Timestamp::now()
}
