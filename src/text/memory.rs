//! Amounts of memory.

/// Formats an amount of memory in MB, as the platform counts it: 1024 MB are 1 GiB.
pub fn memory(mb: u64) -> String {
    if mb > 0 && mb.is_multiple_of(1024) {
        format!("{} GiB", mb / 1024)
    } else {
        format!("{mb} MB")
    }
}
