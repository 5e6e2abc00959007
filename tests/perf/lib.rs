//! What the benchmark, the load test and the timing test share.

pub mod machine;
pub mod sender;
pub mod statistics;
pub mod table;
