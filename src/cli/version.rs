//! The version, and what the program was built from.

use std::env::consts::ARCH;

/// Target, as rustc names it, without the processor.
const SYSTEM: &str = if cfg!(target_os = "macos") {
    "apple-darwin"
} else if cfg!(target_env = "musl") {
    "unknown-linux-musl"
} else {
    "unknown-linux-gnu"
};

/// Returns the version; if `verbose`, also the target, and the commit if the build names it in
/// `INSTANCECTL_COMMIT`, as `.ci/package` does.
pub fn version(verbose: bool) -> String {
    const VERSION: &str = env!("CARGO_PKG_VERSION");
    if !verbose {
        return VERSION.to_owned();
    }
    let commit = option_env!("INSTANCECTL_COMMIT").map(|commit| format!("\ncommit: {commit}"));
    format!("{VERSION}\ntarget: {ARCH}-{SYSTEM}{}", commit.unwrap_or_default())
}
