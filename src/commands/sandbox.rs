//! `sandbox`: serves the platform's API on loopback until interrupted.

use super::error::{CommandError, Exit};
use super::platform::runtime;
use super::signals::SignalHandler;
use crate::cli::Sandbox as Args;
use crate::output::{CommandProblem, Console};
use crate::sandbox::{CatalogMode, FaultSpec, InvalidFault, Sandbox};

pub(super) fn run(
    args: &Args,
    console: &mut Console,
    signals: &SignalHandler,
) -> Result<Exit, CommandError> {
    let faults = args.fault.iter().map(|text| text.parse::<FaultSpec>()).collect::<Result<_, _>>();
    let faults = faults.map_err(|InvalidFault(text)| CommandProblem::InvalidFault { text })?;
    let mut interrupts = signals.subscribe();
    let catalog = if args.strict_catalog { CatalogMode::Strict } else { CatalogMode::Open };
    let sandbox = Sandbox::start_with(args.state.clone(), args.port, faults, catalog)
        .map_err(CommandProblem::SandboxCannotStart)?;
    console.result(&format!(
        "INSTANCECTL_ENDPOINT={}\nINSTANCECTL_TOKEN={}\n",
        sandbox.endpoint(),
        sandbox.token()
    ))?;
    console.info(console.words().fixed().sandbox_serving)?;
    let runtime = runtime()?;
    // The sender lives as long as the process, so only the first signal ends this.
    let _ = runtime.block_on(interrupts.wait_for(|count| *count > 0));
    sandbox.stop();
    Ok(Exit::Done)
}
