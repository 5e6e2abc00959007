//! The passes of `watch`.

mod beside_setup;
mod boundaries;
mod changed_by_others;
mod cheap;
mod hidden;
mod large;
mod loops;
mod overview;
mod raw_deliveries;
mod recreate;
mod sequences;
mod threads;
mod turns;
mod unseen;
mod unwanted;
