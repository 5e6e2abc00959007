//! Notifications as Azure DevOps writes them, with changes, so that the code behind the parser is reached.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| hookpost_fuzz::normalizer(data));
