//! `catalog`: the resources of the region, shown as the platform returns them.

use super::platform::{Platform, RequestedRegions, query_failed};
use crate::api::client::{ApiError as CallFailure, Client};
use crate::api::endpoints::images::{ImageQuery, ImageReply};
use crate::cli::{Catalog as Args, CatalogArgs, CatalogCommand, ImageVisibility, Images, Limits};
use crate::commands::error::{CommandError, Exit};
use crate::commands::runtime::runtime;
use crate::inventory::list_all_images;
use crate::output::CommandProblem;
use crate::output::{CatalogKind, CatalogResponse, Console};

pub(super) fn run(args: &Args, console: &mut Console) -> Result<Exit, CommandError> {
    let CatalogArgs { sandbox, request_timeout, allow_http, .. } = *args.what.connection();
    let mut platform = Platform::from_environment(sandbox, allow_http, request_timeout, &[])?;
    let runtime = runtime()?;
    platform.connect(
        &runtime,
        RequestedRegions { needed: [None].into(), ..RequestedRegions::default() },
    )?;
    let words = console.words();
    let [client] = platform.clients() else {
        return Err(CommandError::usage(CommandProblem::NoRegion));
    };
    let offered = runtime.block_on(fetch(&args.what, client)).map_err(|failure| {
        let absent = matches!(failure, CallFailure::EndpointMissing(_));
        let failure = query_failed(failure);
        if absent { failure.with_help(words.catalog_call_missing_help()) } else { failure }
    })?;
    console.print_catalog(&offered)?;
    Ok(Exit::Done)
}

async fn fetch(what: &CatalogCommand, client: &Client) -> Result<CatalogResponse, CallFailure> {
    let complete = |kind, data| CatalogResponse { kind, data, complete: true };
    Ok(match what {
        CatalogCommand::Groups(_) => complete(CatalogKind::Groups, client.resource_groups().await?),
        CatalogCommand::Mounts(_) => complete(CatalogKind::Mounts, client.allowed_mounts().await?),
        CatalogCommand::Limits(Limits { accelerator_type, resource_group, .. }) => complete(
            CatalogKind::Limits,
            client.node_limits(accelerator_type, resource_group).await?,
        ),
        CatalogCommand::Images(images) => match list_all_images(client, query(images)).await? {
            ImageReply::List(images) => CatalogResponse {
                kind: CatalogKind::Images,
                data: images.items.into(),
                complete: images.complete,
            },
            ImageReply::Other(data) => complete(CatalogKind::Images, data),
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
