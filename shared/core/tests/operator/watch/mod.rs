//! The passes of `watch`.

mod cheap;
mod hidden;
mod loops;
mod recreate;
mod threads;
mod unseen;
