//! Tests of the harness itself: a harness that lies is worse than none.

mod fault_proxy;
mod fleet;
mod function;
mod local_aws;
mod supervisor;
