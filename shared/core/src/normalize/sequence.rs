//! Computes the `sequence` of an event, which says whether it is older than another one of its message group. It depends on
//! the event alone, so it is equal for every delivery of it. Source: the `CloudEvents` extension `sequence`.

use hookpost_events::Payload;

use crate::payload::lenient::scalar::LenientText;
use crate::payload::timestamp::instant;

/// The `sequence` of an event; `None` when the delivery has no push id, or no date of creation.
///
/// The time of a push is no substitute for its id: a group would have values of two forms, which have no common order.
pub(super) fn sequence(payload: &Payload, created_date: Option<&LenientText<'_>>) -> Option<String> {
    match payload {
        // The digits of the largest `u64`.
        Payload::Push(push) => Some(format!("{:020}", push.push_id?)),
        // Azure DevOps writes up to seven fractional digits.
        _ => Some(format!("{:.7}", instant(created_date?.as_str())?)),
    }
}
