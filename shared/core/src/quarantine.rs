//! The quarantine: a queue of authentic deliveries that could not be converted, kept as raw bodies for a later replay.
//!
//! [`pack`] splits a delivery into messages, [`assemble`] puts it together again, and both use the wire format in
//! [`record`].

pub mod assemble;
pub mod pack;
pub mod record;
