//! What Hookpost stores and reads back, and the organization URL.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| hookpost_fuzz::stored::run(data));
