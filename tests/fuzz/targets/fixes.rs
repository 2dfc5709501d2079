#![no_main]

#[path = "../checks/fixes.rs"]
mod fixes;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| fixes::check(bytes));
