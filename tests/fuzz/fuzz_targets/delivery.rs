//! Any HTTP request to a receiver, written as text.
#![no_main]

use hookpost_fuzz::request::Request;

libfuzzer_sys::fuzz_target!(|data: &[u8]| hookpost_fuzz::run(&Request::read(data)));
