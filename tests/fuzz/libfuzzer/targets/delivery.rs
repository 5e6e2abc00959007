//! Any HTTP request to a receiver, written as text.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| hookpost_fuzz::delivery(data));
