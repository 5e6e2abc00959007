//! What Hookpost asks of AWS: queues in SQS and credentials in Secrets Manager, as `hookpost-core`'s ports want them. No
//! type of the AWS SDK leaves this crate.
//!
//! `aws-config` is deliberately not here. On Lambda the Region and the credentials are in the environment, so
//! the clients are built from [`AwsSettings`] by hand: one HTTP stack, one TLS stack, one connection pool.

mod batch;
mod client;
mod denial;
mod failure;
mod first_try;
mod pass_queue;
mod password_source;
mod patience;
mod quarantine_reader;
mod queue;
mod services;
mod settings;
mod signature;
mod trust;
mod vault;

pub use client::Aws;
pub use pass_queue::PassQueue;
pub use password_source::SecretsManagerPasswords;
pub use quarantine_reader::QuarantineReader;
pub use queue::SqsQueue;
pub use settings::AwsSettings;
pub use vault::SecretsManagerVault;
