//! `catalog`: the resources of the region, shown as the platform returns them.

use super::error::{CommandError, Exit};
use super::platform::{Platform, Regions};
use crate::api::client::{ApiError, Client};
use crate::api::endpoints::images::{ImageQuery, ImageReply};
use crate::cli::{CatalogCommand, ImageVisibility, Images, Limits};
use crate::inventory::list_all_images;
use crate::output::{CatalogResponse, CommandProblem, Console};

pub(super) fn run(args: &CatalogCommand, console: &mut Console) -> Result<Exit, CommandError> {
    let mut platform = Platform::from_environment(args.connection(), None)?;
    platform.connect([None].into(), &Regions::new())?;
    let [client] = platform.clients() else {
        return Err(CommandProblem::NoRegion.into());
    };
    let offered = platform.runtime.block_on(fetch(args, client))?;
    console.print_catalog(&offered, client.region().as_ref())?;
    Ok(Exit::Done)
}

async fn fetch(what: &CatalogCommand, client: &Client) -> Result<CatalogResponse, CommandProblem> {
    let asked = match what {
        CatalogCommand::Free(_) => {
            let platform = client.platform_service()?.ok_or(CommandProblem::NoPlatformAddress)?;
            let whole = CatalogResponse { whole: true, ..CatalogResponse::default() };
            let free = platform.accelerators().await;
            free.map(|free| CatalogResponse { free: Some(free), ..whole })
        }
        what => fetch_from_region(what, client).await,
    };
    asked.map_err(|failure| match failure {
        ApiError::EndpointMissing(_) => CommandProblem::CatalogCallMissing(Box::new(failure)),
        failure => failure.into(),
    })
}

async fn fetch_from_region(
    what: &CatalogCommand,
    client: &Client,
) -> Result<CatalogResponse, ApiError> {
    let whole = CatalogResponse { whole: true, ..CatalogResponse::default() };
    Ok(match what {
        CatalogCommand::Free(_) => whole,
        CatalogCommand::Groups(_) => {
            CatalogResponse { groups: Some(client.resource_groups().await?), ..whole }
        }
        CatalogCommand::Mounts(_) => {
            CatalogResponse { mounts: Some(client.allowed_mounts().await?), ..whole }
        }
        CatalogCommand::Limits(Limits { accelerator_type, resource_group, .. }) => {
            let limits = client.node_limits(accelerator_type, resource_group).await?;
            CatalogResponse { limits: Some(limits), ..whole }
        }
        CatalogCommand::Images(images) => match list_all_images(client, query(images)).await? {
            ImageReply::List(images) => CatalogResponse {
                images: Some(images.items.into()),
                whole: images.complete,
                ..whole
            },
            ImageReply::Other(data) => CatalogResponse { images: Some(data), ..whole },
        },
    })
}

fn query(args: &Images) -> ImageQuery {
    ImageQuery {
        access: match args.access {
            ImageVisibility::Public => "public",
            ImageVisibility::Private => "private",
        },
        name: args.name.clone(),
        task_type: args.task_type.clone(),
        accelerator_type: args.accelerator_type.clone(),
        start: 0,
        limit: 0,
    }
}
