//! Output formats, and the format of each command.

use clap::ValueEnum;

use super::{
    AuthCommand, CatalogArgs, CatalogCommand, Command, Images, Limits, LockCommand, ReportFormat,
    Validate,
};

/// Output format of a result.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, ValueEnum)]
pub enum Format {
    /// Human-readable text
    #[default]
    Human,
    /// One JSON object
    Json,
}

/// Output format of a result about instances.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, ValueEnum)]
pub enum InstanceFormat {
    /// Human-readable text
    #[default]
    Human,
    /// One JSON object
    Json,
    /// One line per instance: its name and task ID, or `-` if it has none
    Name,
}

impl From<Format> for InstanceFormat {
    fn from(format: Format) -> Self {
        match format {
            Format::Human => Self::Human,
            Format::Json => Self::Json,
        }
    }
}

impl Command {
    /// Returns the format of the command's result; human for commands without a choice.
    pub fn format(&self) -> InstanceFormat {
        match self {
            Self::Plan(args) => args.selection.format,
            Self::Apply(args) => args.selection.format,
            Self::Status(args) => args.format,
            Self::Wait(args) => args.format,
            Self::Stop(args) | Self::Start(args) => args.format,
            Self::Destroy(args) => args.location.format,
            Self::Adopt(args) => args.location.format,
            Self::Resolve(args) => args.location.format,
            Self::Validate(args) => args.format(),
            Self::Url(args) => args.format.into(),
            Self::Catalog(args) => args.what.connection().format.into(),
            Self::Auth(args) => match &args.command {
                AuthCommand::Check(args) => args.format.into(),
            },
            Self::Lock(args) => args.command.format(),
            Self::Init(_)
            | Self::Sandbox(_)
            | Self::Schema(_)
            | Self::Explain(_)
            | Self::Completions(_) => InstanceFormat::Human,
        }
    }

    /// Returns the name of the command and its subcommand, as on the command line.
    pub fn name(&self) -> &'static str {
        match self {
            Self::Init(_) => "init",
            Self::Validate(_) => "validate",
            Self::Plan(_) => "plan",
            Self::Apply(_) => "apply",
            Self::Status(_) => "status",
            Self::Wait(_) => "wait",
            Self::Stop(_) => "stop",
            Self::Start(_) => "start",
            Self::Destroy(_) => "destroy",
            Self::Adopt(_) => "adopt",
            Self::Resolve(_) => "resolve",
            Self::Url(_) => "url",
            Self::Catalog(args) => match &args.what {
                CatalogCommand::Groups(_) => "catalog groups",
                CatalogCommand::Images(_) => "catalog images",
                CatalogCommand::Limits(_) => "catalog limits",
                CatalogCommand::Mounts(_) => "catalog mounts",
            },
            Self::Auth(args) => match &args.command {
                AuthCommand::Check(_) => "auth check",
            },
            Self::Lock(args) => match &args.command {
                LockCommand::Verify(_) => "lock verify",
                LockCommand::List(_) => "lock list",
                LockCommand::Recover(_) => "lock recover",
                LockCommand::Merge(_) => "lock merge",
            },
            Self::Sandbox(_) => "sandbox",
            Self::Schema(_) => "schema",
            Self::Explain(_) => "explain",
            Self::Completions(_) => "completions",
        }
    }
}

impl Validate {
    /// Returns the format of the report on standard output.
    fn format(&self) -> InstanceFormat {
        let printed = self.reports.0.iter().find(|target| target.file.is_none());
        match printed.map(|target| target.format) {
            Some(ReportFormat::Json) => InstanceFormat::Json,
            Some(
                ReportFormat::Human
                | ReportFormat::Github
                | ReportFormat::Gitlab
                | ReportFormat::Sarif
                | ReportFormat::Junit,
            )
            | None => InstanceFormat::Human,
        }
    }
}

impl CatalogCommand {
    /// Returns the arguments that all of them have.
    pub fn connection(&self) -> &CatalogArgs {
        match self {
            Self::Groups(asking)
            | Self::Mounts(asking)
            | Self::Images(Images { asking, .. })
            | Self::Limits(Limits { asking, .. }) => asking,
        }
    }
}

impl LockCommand {
    fn format(&self) -> InstanceFormat {
        match self {
            Self::List(args) => args.format,
            Self::Verify(args) => args.format.into(),
            Self::Recover(args) => args.format.into(),
            Self::Merge(_) => InstanceFormat::Human,
        }
    }
}
