//! The actions of `setup`.

mod owners;
mod published_names;
mod refusals;
mod renames;
mod retired;
mod rights;
mod rotation;
mod servers;
mod single_items;
