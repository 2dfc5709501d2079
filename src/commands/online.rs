//! The online check: compares instances with the offers of their region.

use std::collections::BTreeMap;

use futures_util::future::join_all;

use super::error::{CommandError, Exit};
use super::load::LoadedManifest;
use super::planning::CheckedPlan;
use super::platform::Platform;
use super::workspace::{LockAccess, Workspace};
use crate::api::client::{ApiError, Client};
use crate::cli::ConnectionArgs;
use crate::diagnostics::CatalogMismatch;
use crate::ids::{InstanceName, Location, Region};
use crate::inventory::{OfferGapReason, RegionOffers};
use crate::output::{CommandProblem, Console, FileReport};
use crate::request::{Request, requests};
use crate::validate::{LintLevels, locate_mismatches};

/// Instances of one manifest to compare, each with its location.
type Compared<'r> = Vec<(Location, &'r Request)>;

/// The offers of the connected regions.
type Offers = Vec<(Location, RegionOffers)>;

/// Compares the instances that the plans create with the offers of their regions, and prints the
/// warnings. A catalog that cannot be queried fails nothing. Denied warnings end the run.
pub(super) fn check_plans<L: LockAccess>(
    workspace: &Workspace<L>,
    CheckedPlan { plans, sites, .. }: &CheckedPlan,
    levels: &LintLevels,
    console: &mut Console,
) -> Result<(), CommandError> {
    let compared = plans.iter().map(|plan| {
        let items = plan.items.iter().filter(|item| item.creates());
        items.filter_map(|item| Some((item.location.clone(), item.request.as_deref()?))).collect()
    });
    let compared: Vec<Compared<'_>> = compared.collect();
    // A service that cannot list its instances has no catalog either.
    let sites = sites.iter().filter(|site| site.displayed.is_some());
    let clients = sites.map(|site| &site.client);
    let offers = workspace.platform.runtime.block_on(offers(clients, &compared));
    for (location, RegionOffers { gaps, .. }) in &offers {
        for gap in gaps {
            console.verbose(&console.words().offer_gap(gap, location.region.as_ref()))?;
        }
    }
    let mut reports = Vec::new();
    let found = mismatches(&compared, &offers);
    for (LoadedManifest { source, .. }, mismatches) in workspace.manifests.iter().zip(found) {
        if !mismatches.is_empty() {
            let mut checked = locate_mismatches(source, &mismatches);
            checked.apply(levels);
            reports.push(FileReport { source: source.clone(), checked });
        }
    }
    if console.online_findings(reports)? {
        return Err(CommandError::Reported(Exit::Invalid));
    }
    Ok(())
}

/// Compares valid manifests with the offers of their regions, and adds the warnings to their reports. Fails
/// if the platform cannot be reached.
pub(super) fn check_files(
    connection: ConnectionArgs,
    files: &mut [FileReport],
    levels: &LintLevels,
    console: &mut Console,
) -> Result<(), CommandError> {
    let request = |file: &FileReport| file.checked.manifest.clone().map(requests);
    let requests: Vec<Vec<Request>> =
        files.iter().map(|file| request(file).unwrap_or_default()).collect();
    let regions = requests.iter().flatten().map(|request| request.region.clone()).collect();
    let mut platform = Platform::from_environment(connection, None)?;
    platform.connect(regions, &[].into())?;
    let target = platform.target();
    let mut elsewhere: Vec<Option<Region>> = Vec::new();
    let mut compared: Vec<Compared<'_>> = Vec::new();
    for requests in &requests {
        let mut here = Vec::new();
        for request in requests {
            match target.resolve(request.region.as_ref()) {
                Some(location) => here.push((location, request)),
                None if elsewhere.contains(&request.region) => {}
                None => elsewhere.push(request.region.clone()),
            }
        }
        compared.push(here);
    }
    for region in elsewhere.into_iter().flatten() {
        console.info(&console.words().region_not_compared(&region))?;
    }
    let offers = platform.runtime.block_on(offers(platform.clients().iter(), &compared));
    for (location, offers) in &offers {
        match offers.unanswered() {
            Some(OfferGapReason::Failed(
                error @ (ApiError::Denied(_) | ApiError::Unreachable(_)),
            )) => return Err(error.clone().into()),
            Some(OfferGapReason::TimedOut) => return Err(CommandProblem::CatalogTimedOut.into()),
            _ => {}
        }
        for gap in &offers.gaps {
            console.info(&console.words().offer_gap(gap, location.region.as_ref()))?;
        }
    }
    for (file, mismatches) in files.iter_mut().zip(mismatches(&compared, &offers)) {
        if !mismatches.is_empty() {
            let mut checked = locate_mismatches(&file.source, &mismatches);
            checked.apply(levels);
            file.merge(checked);
        }
    }
    Ok(())
}

/// Queries the offers of each region to the instances there.
async fn offers<'c>(
    clients: impl Iterator<Item = &'c Client>,
    compared: &[Compared<'_>],
) -> Offers {
    let fetch = clients.map(async |client| {
        let here = compared.iter().flatten().filter(|(at, _)| client.location().same_location(at));
        let mut tasks = here.map(|(_, request)| request.task.as_ref()).peekable();
        tasks.peek()?;
        let tasks: Vec<_> = tasks.collect();
        let offers = Box::pin(RegionOffers::fetch(client, tasks.into_iter())).await;
        Some((client.location().clone(), offers))
    });
    join_all(fetch).await.into_iter().flatten().collect()
}

/// Returns the contradictions of the instances of each manifest. The cards that they need are added up
/// over all manifests, in their order.
fn mismatches(
    compared: &[Compared<'_>],
    offers: &Offers,
) -> Vec<BTreeMap<InstanceName, Vec<CatalogMismatch>>> {
    let mut found = vec![BTreeMap::<_, Vec<_>>::new(); compared.len()];
    for (location, offers) in offers {
        let all = compared.iter().enumerate().flat_map(|(file, compared)| {
            let here = compared.iter().filter(|(at, _)| location.same_location(at));
            here.map(move |(_, request)| (file, *request))
        });
        let all: Vec<_> = all.collect();
        let tasks: Vec<_> = all.iter().map(|(_, request)| &*request.task).collect();
        let mut missing = offers.cards.missing(&tasks);
        for (index, (file, request)) in all.iter().enumerate() {
            let mut own = offers.mismatches(&request.task);
            let cards = missing.extract_if(.., |(first, _)| *first == index);
            own.extend(cards.map(|(_, problem)| CatalogMismatch { problem, mount: None }));
            if !own.is_empty() {
                found[*file].insert(request.name.clone(), own);
            }
        }
    }
    found
}
