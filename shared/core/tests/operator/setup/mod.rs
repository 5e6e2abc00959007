//! The actions of `setup`.

mod access_tokens;
mod beside;
mod creators;
mod cut_off;
mod entra;
mod entra_refusals;
mod moving;
mod page;
mod permissions;
mod published_names;
mod refusals;
mod renames;
mod retired;
mod rotation;
mod servers;
mod single_items;
mod size;
mod status;
mod switching_credentials;
