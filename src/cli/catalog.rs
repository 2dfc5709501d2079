//! The command lines of `catalog` and `auth`.

use clap::{Args, Subcommand, ValueEnum};

use super::args::{ConnectionArgs, FormatArgs};

/// Resources that a region offers.
#[derive(Debug, Subcommand)]
pub enum CatalogCommand {
    /// Resource groups: a manifest's `resourceGroup`
    Groups(QueryArgs),
    /// Images: a manifest's `imagePath`
    Images(Images),
    /// Resources of one node of a group
    #[command(override_usage = "instancectl catalog limits [OPTIONS] \\\n         \
                                --accelerator-type <TYPE> --resource-group <GROUP>")]
    Limits(Limits),
    /// Directories that can be mounted: prefixes of a manifest's `sourcePath`
    Mounts(QueryArgs),
    /// Free cards of the resource groups
    ///
    /// Shows the free cards of each resource group, and all its cards. An instance that asks for more
    /// than are free waits. The call is that of the platform and not of a region: its address is
    /// known after a login, otherwise `INSTANCECTL_PLATFORM_URL` names it.
    #[command(before_help = "\
Examples:
  instancectl catalog free
  instancectl catalog free --format json")]
    Free(QueryArgs),
}

/// Connection to the platform, and output format.
#[derive(Debug, Args)]
pub struct QueryArgs {
    /// Connection to the platform.
    #[command(flatten)]
    pub connection: ConnectionArgs,
    /// Output format.
    #[command(flatten)]
    pub output: FormatArgs,
}

/// Arguments of `catalog images`.
#[derive(Debug, Args)]
pub struct Images {
    /// Visibility of the images: public or private
    #[arg(long, value_enum, default_value_t, hide_possible_values = true)]
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
    /// Connection to the platform, and output format.
    #[command(flatten)]
    pub query: QueryArgs,
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
    /// Connection to the platform, and output format.
    #[command(flatten)]
    pub query: QueryArgs,
}

impl CatalogCommand {
    /// Returns the connection to the platform.
    pub fn connection(&self) -> ConnectionArgs {
        match self {
            Self::Groups(query)
            | Self::Mounts(query)
            | Self::Free(query)
            | Self::Images(Images { query, .. })
            | Self::Limits(Limits { query, .. }) => query.connection,
        }
    }
}

/// Subcommands of `auth`.
#[derive(Debug, Subcommand)]
pub enum AuthCommand {
    /// Report the credentials, their regions, and any problems
    ///
    /// Reports which credentials were found, their user, the regions they reach and until when.
    /// Read-only: logs in if there is an account, and requests a list of one instance from each region.
    /// Shows no secret. Exits 0 if the platform can be used, 7 if the credentials are missing or
    /// refused, 10 if it cannot be reached.
    #[command(after_long_help = super::help::ENVIRONMENT)]
    Check(QueryArgs),
}
