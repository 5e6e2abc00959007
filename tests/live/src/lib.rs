//! Asks an Azure DevOps organization how it behaves where no document tells, and reports the answers.
//!
//! A run makes things happen in one project that was made for it, and reads what the service makes of them, above all
//! in its delivery log. It deletes what it has made. [`verify`] is the whole of it; each module below `questions`
//! answers one question, or some of one kind.
//!
//! The client of the product makes the calls that the product makes. For all others there is a client that shows
//! statuses and bodies as they come.

mod answer;
mod clients;
mod delivery_log;
mod git;
mod questions;
mod raw_client;
mod redact;
mod report;
mod run;
mod settings;
mod subscribing;
mod tls;
mod unsettled;
mod verification;

pub use answer::Answer;
pub use report::Report;
pub use settings::{PROJECT_PREFIX, Settings};
pub use verification::{VerificationError, verify};
