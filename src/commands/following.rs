//! The commands that usually follow another one.

use super::load::LoadedManifest;
use crate::ids::InstanceName;
use crate::text::CommandLine;

/// Returns the commands with these names for a manifest; none for several manifests.
pub(super) fn following(manifests: &[LoadedManifest], names: &[&str]) -> Vec<CommandLine> {
    let [LoadedManifest { args, .. }] = manifests else { return Vec::new() };
    names.iter().map(|name| args.command(name)).collect()
}

/// Returns the same, the last command with the name of an instance.
pub(super) fn following_for(
    manifests: &[LoadedManifest],
    names: &[&str],
    instance: &InstanceName,
) -> Vec<CommandLine> {
    let mut commands = following(manifests, names);
    if let Some(last) = commands.pop() {
        commands.push(last.value(instance.as_str()));
    }
    commands
}
