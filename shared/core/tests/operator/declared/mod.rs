//! Integrations that CloudFormation, the CDK and Terraform declare, by the events that each of them sends.

mod beside;
mod cloudformation;
mod cut_off;
mod deletion;
mod events;
mod ownership;
mod replacement;
mod terraform;
mod turns;
