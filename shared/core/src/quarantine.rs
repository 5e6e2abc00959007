//! The quarantine: deliveries that were authentic and could not be understood, kept as raw bodies for a later replay.
//!
//! [`pack`] writes one delivery into as many messages as it takes, [`assemble`] reads them back, and both share one wire
//! format, [`record`].

pub mod assemble;
pub mod pack;
pub mod port;
pub mod record;
