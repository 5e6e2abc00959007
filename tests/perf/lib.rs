//! Benchmarks and load tests. They are in this folder's bench targets.
