//! What can be asked, by subject.

pub(crate) mod access;
pub(crate) mod deliveries;
pub(crate) mod directory;
pub(crate) mod happenings;
mod notification_wire;
mod subscription_wire;
pub(crate) mod subscriptions;
pub(crate) mod test_delivery;
