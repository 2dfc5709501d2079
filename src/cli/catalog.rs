//! The command line of `catalog`.

use std::time::Duration;

use clap::{Args, Subcommand, ValueEnum};

use super::Format;
use super::duration::duration;

/// Arguments of `catalog`.
#[derive(Debug, Args)]
pub struct Catalog {
    /// What to show.
    #[command(subcommand)]
    pub what: CatalogCommand,
}

/// What a region offers.
#[derive(Debug, Subcommand)]
pub enum CatalogCommand {
    /// Resource groups: a manifest's `resourceGroup`
    Groups(CatalogArgs),
    /// Images: a manifest's `imagePath`
    Images(Images),
    /// What one node of a group has
    Limits(Limits),
    /// Folders that can be mounted: the beginnings of a manifest's `sourcePath`
    Mounts(CatalogArgs),
}

/// How the platform is reached.
#[derive(Debug, Args)]
pub struct CatalogArgs {
    /// Ask the sandbox inside this program instead of the platform
    #[arg(long)]
    pub sandbox: bool,
    /// How to print the result
    #[arg(long, value_enum, default_value_t)]
    pub format: Format,
    /// How long one request may take, such as 30s, 5m, 1h30m
    #[arg(long, value_name = "DURATION", default_value = "60s", value_parser = duration)]
    pub request_timeout: Duration,
    /// Let plain HTTP reach hosts other than this machine
    #[arg(long)]
    pub allow_http: bool,
}

/// Arguments of `catalog images`.
#[derive(Debug, Args)]
pub struct Images {
    /// Whose images
    #[arg(long, value_enum, default_value_t)]
    pub access: ImageVisibility,
    /// Only images of this name
    #[arg(long, value_name = "NAME")]
    pub name: Option<String>,
    /// Only images for this `taskType`, such as jupyter
    #[arg(long = "type", value_name = "TYPE")]
    pub task_type: Option<String>,
    /// Only images for this `acceleratorType`, such as dcu
    #[arg(long, value_name = "TYPE")]
    pub accelerator_type: Option<String>,
    /// How the platform is reached.
    #[command(flatten)]
    pub asking: CatalogArgs,
}

/// Whose images are shown.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, ValueEnum)]
pub enum ImageVisibility {
    /// Everybody's
    #[default]
    Public,
    /// The account's own
    Private,
}

/// Arguments of `catalog limits`.
#[derive(Debug, Args)]
pub struct Limits {
    /// The `acceleratorType`, such as dcu
    #[arg(long, value_name = "TYPE")]
    pub accelerator_type: String,
    /// The `resourceGroup`, as `catalog groups` shows it
    #[arg(long, value_name = "GROUP")]
    pub resource_group: String,
    /// How the platform is reached.
    #[command(flatten)]
    pub asking: CatalogArgs,
}
