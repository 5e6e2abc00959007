//! Tests of the harness itself: a harness that lies is worse than none.

mod delivery;
mod emulators;
mod front;
mod function;
mod process;
mod runtime_api;
