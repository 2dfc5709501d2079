//! Commands shown in messages: each can be pasted unchanged, and uses the manifest, the lock and
//! the platform that the user's own command used.

use std::fmt;
use std::path::Path;

use super::shell_quote;

/// Arguments that name a manifest on the command line, which every command for it has to repeat.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ManifestArgs {
    /// Its path; `None` for the manifest that a command without one uses.
    file: Option<String>,
    flags: Vec<String>,
}

impl ManifestArgs {
    /// Creates the arguments for the path of a manifest, or `-` for standard input.
    pub fn new(file: impl Into<String>) -> Self {
        Self { file: Some(file.into()), flags: Vec::new() }
    }

    /// Creates the arguments for the manifest that a command without one uses.
    pub fn default_manifest() -> Self {
        Self { file: None, flags: Vec::new() }
    }

    /// Adds `--sandbox` if the instances are in the sandbox.
    #[must_use]
    pub fn sandbox(mut self, sandbox: bool) -> Self {
        self.flags.extend(sandbox.then(|| "--sandbox".to_owned()));
        self
    }

    /// Adds another flag that every command for the manifest has to repeat.
    #[must_use]
    pub fn flag(mut self, flag: &str) -> Self {
        self.flags.push(flag.to_owned());
        self
    }

    /// Adds another flag with its value, if there is one.
    #[must_use]
    pub fn option(mut self, flag: &str, value: Option<&str>) -> Self {
        self.flags.extend(value.map(|value| with_value(flag, value)));
        self
    }

    /// Adds `--lock PATH` if the lock is not next to its manifest.
    #[must_use]
    pub fn lock(mut self, lock: Option<&Path>) -> Self {
        self.flags.extend(lock.map(|lock| with_value("--lock", &lock.to_string_lossy())));
        self
    }

    /// Builds the command with this name for this manifest.
    pub fn command(&self, name: &str) -> CommandLine {
        let mut command = CommandLine::new(name);
        command.words.extend(self.file.as_deref().map(|file| {
            let folder = if file.starts_with('-') && file != "-" { "./" } else { "" };
            format!("-f {}", shell_quote(&format!("{folder}{file}")))
        }));
        command.words.extend(self.flags.iter().cloned());
        command
    }
}

/// A command line of this program. Its `Display` form can be pasted into a shell.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CommandLine {
    words: Vec<String>,
    options: Vec<String>,
    values: Vec<String>,
}

impl CommandLine {
    /// Creates a command that is not for a manifest.
    pub fn new(name: &str) -> Self {
        Self { words: vec![name.to_owned()], options: Vec::new(), values: Vec::new() }
    }

    /// Adds a flag.
    #[must_use]
    pub fn flag(mut self, flag: &str) -> Self {
        self.options.push(flag.to_owned());
        self
    }

    /// Adds a flag with its value.
    #[must_use]
    pub fn option(mut self, flag: &str, value: &str) -> Self {
        self.options.push(with_value(flag, value));
        self
    }

    /// Adds a positional argument, such as the name of an instance.
    #[must_use]
    pub fn value(mut self, value: &str) -> Self {
        self.values.push(value.to_owned());
        self
    }
}

/// Formats a flag and its value: as two arguments, or as one if the value could be mistaken for a
/// flag.
fn with_value(flag: &str, value: &str) -> String {
    let separator = if value.starts_with('-') { '=' } else { ' ' };
    format!("{flag}{separator}{}", shell_quote(value))
}

impl fmt::Display for CommandLine {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut words = self.words.clone();
        let values = self.values.iter().map(|value| shell_quote(value));
        if self.values.iter().any(|value| value.starts_with('-')) {
            words.extend(self.options.iter().cloned());
            words.push("--".to_owned());
            words.extend(values);
        } else {
            words.extend(values);
            words.extend(self.options.iter().cloned());
        }
        write!(f, "instancectl {}", words.join(" "))
    }
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::ManifestArgs;

    #[test]
    fn command_repeats_the_arguments_of_the_user() {
        let args = ManifestArgs::new("a b.yaml").sandbox(true).lock(Some(Path::new("-x.lock")));
        assert_eq!(
            args.command("destroy").option("--id", "ID").value("train-a").to_string(),
            "instancectl destroy -f 'a b.yaml' --sandbox --lock=-x.lock train-a --id ID"
        );
    }

    #[test]
    fn value_that_looks_like_a_flag_follows_two_dashes() {
        let args = ManifestArgs::new("-a.yaml");
        assert_eq!(
            args.command("resolve").flag("--absent").value("-rf").to_string(),
            "instancectl resolve -f ./-a.yaml --absent -- -rf"
        );
        assert_eq!(ManifestArgs::new("-").command("plan").to_string(), "instancectl plan -f -");
        let default = ManifestArgs::default_manifest().sandbox(true).command("url");
        assert_eq!(default.value("train-a").to_string(), "instancectl url --sandbox train-a");
    }
}
