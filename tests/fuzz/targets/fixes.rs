#![no_main]

#[path = "../checks/fixes.rs"]
mod fixes;
#[path = "../../hostile/mutation.rs"]
mod mutation;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| fixes::check(bytes));

// Half of the new inputs are manifests with mistakes that users make.
libfuzzer_sys::fuzz_mutator!(|data: &mut [u8], size: usize, max_size: usize, seed: u32| {
    let mut dice = mutation::Dice::new(seed.into());
    let text = str::from_utf8(&data[..size]).ok().filter(|_| dice.below(2) == 0);
    let new = text.map(|text| dice.mistaken(text)).filter(|new| new.len() <= max_size);
    match new {
        Some(new) => {
            data[..new.len()].copy_from_slice(new.as_bytes());
            new.len()
        }
        None => libfuzzer_sys::fuzzer_mutate(data, size, max_size),
    }
});
