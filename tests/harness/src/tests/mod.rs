//! Tests of the harness itself: a harness that lies is worse than none.

mod delivery;
mod emulators;
mod fleet;
mod front;
mod function;
mod local_aws;
mod process;
mod runtime_api;
