//! Notifications as Azure DevOps writes them, changed here and there, so that the code behind the parser is reached.
#![no_main]

use libfuzzer_sys::arbitrary::Unstructured;

libfuzzer_sys::fuzz_target!(|data: &[u8]| {
    // Input that ends too early makes no notification.
    if let Ok(request) = hookpost_fuzz::mutation::delivery(&mut Unstructured::new(data)) {
        hookpost_fuzz::run(&request);
    }
});
