//! The actions of `setup`.

mod beside;
mod cut_off;
mod entra;
mod moving;
mod owners;
mod published_names;
mod refusals;
mod renames;
mod retired;
mod rights;
mod rotation;
mod servers;
mod single_items;
mod size;
mod status;
mod switching_credentials;
