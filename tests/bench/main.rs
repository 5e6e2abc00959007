//! What a delivery costs, beside what it could cost and what others would make it cost.
//!
//! `make bench` compares, `make gate` holds what can be counted against bounds. The README of this folder says how.
#![expect(clippy::print_stdout, reason = "it prints a table")]

mod bar;
mod bounds;
mod callgrind;
mod cold;
mod comparison;
mod contestant;
mod cost;
mod curve;
mod deliveries;
mod environment;
mod equality;
mod gate;
mod growth;
mod measured;
mod picture;
mod pin;
mod process;
mod profile;
mod report;
mod running;
mod size;
mod statistics;
mod stub;
mod table;
mod warm;
mod workload;

use comparison::Rounds;
use contestant::Places;
use running::Failure;

fn main() -> Result<(), Failure> {
    let places = Places::find();
    // Cargo adds arguments of its own.
    let asked: Vec<String> = std::env::args().skip(1).filter(|argument| !argument.starts_with('-')).collect();
    match asked.iter().map(String::as_str).collect::<Vec<_>>().as_slice() {
        [] => comparison::run(&places, Rounds::FULL),
        ["quick"] => comparison::run(&places, Rounds::QUICK),
        ["profile"] => gate::profile(&places),
        ["gate"] => gate::run(&places),
        other => {
            Err(Failure(format!("`{}` is none of `quick`, `gate`, `profile` and nothing", other.join(" "))))
        }
    }
}
