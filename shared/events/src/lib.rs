//! The events Hookpost puts on the queue, for consumers written in Rust.
//!
//! The body of every message is one [`Event`]: a `CloudEvents` 1.0 event in structured JSON mode. This crate reads
//! and writes it and depends on nothing else of Hookpost. Consumers in other languages find the same contract as
//! JSON Schema in `schema/event.schema.json`, which is generated from these types.
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
//! Absent and `null` mean the same: not known or not there. Enumerations that Azure DevOps owns (`status`,
//! `mergeStatus`, …) are text, since it adds values without notice. Timestamps are RFC 3339 in UTC.

mod comment;
mod common;
mod event;
mod pull_request;
mod push;

pub use comment::{Comment, CommentChange, PullRequestBrief, PullRequestComment};
pub use common::{Actor, AzureDevOps, Common, Organization, Project, Repository, RepositoryReference};
pub use event::{Event, Payload, SCHEMA_VERSION, SPEC_VERSION};
pub use pull_request::{
    Action, ActionSource, PullRequest, Reviewer, Source as PullRequestSource, Target as PullRequestTarget,
};
pub use push::{Commit, GitIdentity, Push, RefChange, RefKind};
