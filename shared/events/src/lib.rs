//! The events that Hookpost sends to the queue, for consumers written in Rust.
//!
//! The body of every message is one [`Event`]: a `CloudEvents` 1.0 event in structured JSON mode. This crate reads
//! and writes events, and depends on no other crate of Hookpost. For other languages, the same contract is in the JSON
//! Schema `schema/event.schema.json`, which is generated from these types.
//!
//! ```
//! # let body = include_str!("../golden/push_branch.json");
//! use hookpost_events::{Event, Payload};
//!
//! let event: Event = serde_json::from_str(body)?;
//! if let Payload::Push(push) = &event.payload {
//!     println!("{} is now at {:?}", push.r#ref, push.after);
//! }
//! # Ok::<(), serde_json::Error>(())
//! ```
//!
//! An absent field and `null` both mean that a value is unknown or does not exist. Enumerations of Azure DevOps (`status`,
//! `mergeStatus`, …) are text, because it adds values without notice. Enumerations of Hookpost, and [`Payload`], have a
//! case for what a later version adds. Timestamps are RFC 3339 in UTC.

mod comment;
mod common;
mod event;
mod open_enum;
mod payload;
mod pull_request;
mod push;

pub use comment::{Comment, CommentChange, PullRequestBrief, PullRequestComment};
pub use common::{Actor, AzureDevOps, Common, Organization, Project, Repository, RepositoryReference};
pub use event::{Event, SCHEMA_VERSION, SPEC_VERSION};
pub use payload::Payload;
pub use pull_request::{
    Action, ActionSource, CompletionOptions, PullRequest, Reviewer, Source as PullRequestSource,
    Target as PullRequestTarget,
};
pub use push::{Commit, GitIdentity, Push, RefChange, RefKind};
