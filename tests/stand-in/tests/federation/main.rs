//! From the role of a function to Azure DevOps without a token: the stand-ins of STS and Entra, and how the stand-in
//! Azure DevOps takes the access token.
#![expect(clippy::expect_used, clippy::unwrap_used, reason = "helpers of tests fail the test")]

mod access_tokens;
mod clients;
mod entra_faults;
mod fixture;
mod program;
mod refusals;
mod requests;
mod sts_errors;
mod tokens;
