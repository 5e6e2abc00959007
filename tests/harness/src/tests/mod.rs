//! Tests of the harness itself, where a mistake would make other tests pass wrongly.

mod fault_proxy;
mod fleet;
mod function;
mod local_aws;
mod supervisor;
