//! What Hookpost asks of AWS: an SQS queue and the webhook passwords in Secrets Manager, as `hookpost-core`'s
//! ports want them. No type of the AWS SDK leaves this crate.
//!
//! `aws-config` is deliberately not here. On Lambda the Region and the credentials are in the environment, so
//! the clients are built from [`AwsSettings`] by hand: one HTTP stack, one TLS stack, one connection pool.

mod batch;
mod client;
mod failure;
mod password_source;
mod queue;
mod settings;

pub use client::Aws;
pub use password_source::SecretsManagerPasswords;
pub use queue::SqsQueue;
pub use settings::AwsSettings;
