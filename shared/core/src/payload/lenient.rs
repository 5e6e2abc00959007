//! Reads JSON leniently: a value of an unexpected type counts as absent and never fails the rest.

pub mod object;
pub mod scalar;
