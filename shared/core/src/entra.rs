//! Connecting without a token: the role of a function proves to Microsoft Entra who it is, and Entra gives it an access
//! token for Azure DevOps.
//!
//! AWS STS signs an assertion about the role ([`assertion`]). An app in the operator's Entra tenant ([`app`]) trusts
//! the roles of `setup` and `watch` by a federated credential for each, and Entra exchanges the assertion for an access
//! token of about an hour ([`access_token`]). Both live in the memory of one process and are never stored.

pub mod access_token;
pub mod app;
pub mod assertion;
pub mod port;
pub mod roles;
pub mod sign_in;

pub(crate) mod commands;
mod refusal;
mod refusal_kind;
