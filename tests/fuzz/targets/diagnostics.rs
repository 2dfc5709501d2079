#![no_main]

#[path = "../checks/diagnostics.rs"]
mod diagnostics;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| diagnostics::check(bytes));
