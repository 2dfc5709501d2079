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
    let failed = |failure| match failure {
        ApiError::EndpointMissing(_) => CommandProblem::CatalogCallMissing(Box::new(failure)),
        failure => failure.into(),
    };
    let mut found = CatalogResponse { whole: true, ..CatalogResponse::default() };
    match what {
        CatalogCommand::Free(_) => {
            let platform = client.platform_service()?.ok_or(CommandProblem::NoPlatformAddress)?;
            found.free = Some(platform.accelerators().await.map_err(failed)?);
        }
        CatalogCommand::Groups(_) => {
            found.groups = Some(client.resource_groups().await.map_err(failed)?);
        }
        CatalogCommand::Mounts(_) => {
            found.mounts = Some(client.allowed_mounts().await.map_err(failed)?);
        }
        CatalogCommand::Limits(Limits { accelerator_type, resource_group, .. }) => {
            let limits = client.node_limits(accelerator_type, resource_group).await;
            found.limits = Some(limits.map_err(failed)?);
        }
        CatalogCommand::Images(images) => {
            match list_all_images(client, query(images)).await.map_err(failed)? {
                ImageReply::List(images) => {
                    found.whole = images.complete;
                    found.images = Some(images.items.into());
                }
                ImageReply::Other(data) => found.images = Some(data),
            }
        }
    }
    Ok(found)
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
