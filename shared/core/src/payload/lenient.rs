//! Reads JSON leniently: a value of an unexpected type counts as absent, and the rest is still read.

pub mod object;
pub mod scalar;
