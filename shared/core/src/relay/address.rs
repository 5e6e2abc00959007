//! Makes the message of a delivery for one of several targets.

use crate::message::queue_message::{FifoProperties, QueueMessage};
use crate::normalize::id::event_id;
use crate::raw_delivery::read::RawDelivery;
use crate::relay::port::QueuedDelivery;

/// The message attribute with the name of the target.
pub const TARGET_ATTRIBUTE: &str = "target";

/// The same message, for one target. Its group is that of the delivery for this target alone, so that each has an order of
/// its own. Its deduplication id is the same for every try.
pub(super) fn address(delivery: &QueuedDelivery, raw: &RawDelivery, target: &str) -> QueueMessage {
    QueueMessage {
        body: delivery.body.clone(),
        attributes: vec![(TARGET_ATTRIBUTE, target.to_owned()), ("integration", raw.integration.clone())],
        fifo: Some(FifoProperties {
            group_id: event_id("target", &[target, &delivery.group_id]),
            deduplication_id: event_id("target", &[target, &raw.id]),
        }),
        trace_header: None,
    }
}
