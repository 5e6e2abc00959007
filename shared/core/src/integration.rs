//! An integration: its name, its stored configuration, and how one is opened.

pub mod config;
pub mod name;
pub mod open;
