//! The command line of `catalog`.

use std::time::Duration;

use clap::{Args, Subcommand, ValueEnum};

use super::Format;
use super::args::duration::duration;

/// Arguments of `catalog`.
#[derive(Debug, Args)]
pub struct Catalog {
    /// Resources to show.
    #[command(subcommand)]
    pub what: CatalogCommand,
}

/// Resources that a region offers.
#[derive(Debug, Subcommand)]
pub enum CatalogCommand {
    /// Resource groups: a manifest's `resourceGroup`
    Groups(CatalogArgs),
    /// Images: a manifest's `imagePath`
    Images(Images),
    /// Resources of one node of a group
    Limits(Limits),
    /// Directories that can be mounted: prefixes of a manifest's `sourcePath`
    Mounts(CatalogArgs),
}

/// Connection to the platform.
#[derive(Debug, Args)]
pub struct CatalogArgs {
    /// Use the built-in sandbox instead of the platform
    #[arg(long)]
    pub sandbox: bool,
    /// Output format
    #[arg(long, value_enum, default_value_t)]
    pub format: Format,
    /// Timeout of one request, such as 30s, 5m, 1h30m
    #[arg(long, value_name = "DURATION", default_value = "60s", value_parser = duration)]
    pub request_timeout: Duration,
    /// Allow plain HTTP to hosts other than localhost
    #[arg(long)]
    pub allow_http: bool,
}

/// Arguments of `catalog images`.
#[derive(Debug, Args)]
pub struct Images {
    /// Visibility of the images
    #[arg(long, value_enum, default_value_t)]
    pub access: ImageVisibility,
    /// Only images with this name
    #[arg(long, value_name = "NAME")]
    pub name: Option<String>,
    /// Only images for this `taskType`, such as jupyter
    #[arg(long = "type", value_name = "TYPE")]
    pub task_type: Option<String>,
    /// Only images for this `acceleratorType`, such as dcu
    #[arg(long, value_name = "TYPE")]
    pub accelerator_type: Option<String>,
    /// Connection to the platform.
    #[command(flatten)]
    pub asking: CatalogArgs,
}

/// Visibility of the images to show.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, ValueEnum)]
pub enum ImageVisibility {
    /// Public images
    #[default]
    Public,
    /// The account's private images
    Private,
}

/// Arguments of `catalog limits`.
#[derive(Debug, Args)]
pub struct Limits {
    /// The `acceleratorType`, such as dcu
    #[arg(long, value_name = "TYPE")]
    pub accelerator_type: String,
    /// The `resourceGroup`, as shown by `catalog groups`
    #[arg(long, value_name = "GROUP")]
    pub resource_group: String,
    /// Connection to the platform.
    #[command(flatten)]
    pub asking: CatalogArgs,
}
