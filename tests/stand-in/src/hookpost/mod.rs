//! What this repository's own tests and demo add to the stand-in: Hookpost's webhook URLs, and the
//! events it makes of deliveries. A receiver of another make needs none of it.

pub mod expected_events;
mod webhook;

pub use webhook::Webhook;
