//! Adapters from `hookpost-core`'s ports to AWS: queues in SQS, credentials in Secrets Manager,
//! the identity of the function's role in STS, and answers to CloudFormation.
//!
//! No type of the AWS SDK leaves this crate but the provider of credentials. `aws-config` is not a dependency: Lambda
//! sets the Region and the credentials in the environment, so [`AwsSettings`] reads them from there. A relay that is no
//! function hands in a provider of its own.

mod access_denied;
mod client;
mod cloudformation;
mod error_text;
#[cfg(test)]
mod fake_connector;
mod secrets_manager;
mod settings;
mod sqs;
mod sts;

pub use aws_sdk_sqs::config::SharedCredentialsProvider;
pub use client::Aws;
pub use cloudformation::CloudFormationResponses;
pub use secrets_manager::{SecretsManagerPasswordSource, SecretsManagerStore, SecretsManagerToolCredentials};
pub use settings::AwsSettings;
pub use sqs::{SqsCheckpointQueue, SqsDeliveryQueue, SqsQueue, SqsReceiver};
pub use sts::StsRoleIdentity;
