//! The JSON that an operator gives to `setup`.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| hookpost_fuzz::setup_request::run(data));
