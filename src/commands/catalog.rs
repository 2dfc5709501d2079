//! `catalog`: what the region offers, shown as it came.

use super::reach::{Platform, Regions, unasked};
use super::{Exit, Failure, runtime};
use crate::api::client::{ApiError as CallFailure, Client};
use crate::api::images::ImageQuery;
use crate::cli::{Access, Asking, Catalog as Args, Images, Limits, Offer};
use crate::life::list_all_images;
use crate::report::{Console, Offered};

pub(super) fn run(args: &Args, console: &mut Console) -> Result<Exit, Failure> {
    let asking = match &args.what {
        Offer::Groups(asking) | Offer::Mounts(asking) => asking,
        Offer::Images(images) => &images.asking,
        Offer::Limits(limits) => &limits.asking,
    };
    let Asking { sandbox, format, request_timeout, allow_http } = *asking;
    let mut platform = Platform::find(sandbox, allow_http, request_timeout, &[])?;
    let runtime = runtime()?;
    platform.reach(&runtime, Regions { needed: [None].into(), ..Regions::default() })?;
    let [client] = platform.clients() else { return Err(Failure::usage("no region is named")) };
    let offered = runtime.block_on(ask(&args.what, client)).map_err(|failure| {
        let absent = matches!(failure, CallFailure::NoService(_));
        let failure = unasked(failure);
        if absent { failure.with_help("not every platform has this call") } else { failure }
    })?;
    console.offer(&offered, format)?;
    Ok(Exit::Done)
}

async fn ask(what: &Offer, client: &Client) -> Result<Offered, CallFailure> {
    let whole = |key, data| Offered { key, data, whole: true };
    Ok(match what {
        Offer::Groups(_) => whole("groups", client.resource_groups().await?),
        Offer::Mounts(_) => whole("mounts", client.allowed_mounts().await?),
        Offer::Limits(Limits { accelerator_type, resource_group, .. }) => {
            whole("limits", client.node_limits(accelerator_type, resource_group).await?)
        }
        Offer::Images(images) => match list_all_images(client, query(images)).await? {
            Ok(images) => Offered { key: "images", data: images.items.into(), whole: images.whole },
            Err(data) => whole("images", data),
        },
    })
}

fn query(args: &Images) -> ImageQuery {
    ImageQuery {
        access: match args.access {
            Access::Public => "public",
            Access::Private => "private",
        },
        name: args.name.clone(),
        task_type: args.task_type.clone(),
        accelerator_type: args.accelerator_type.clone(),
        start: 0,
        limit: 0,
    }
}
