//! Finds the instance that a request with an unknown outcome may have created.

use std::collections::BTreeSet;

use super::listing::InstanceList;
use crate::api::client::Client;
use crate::api::endpoints::detail::Detail;
use crate::ids::TaskId;
use crate::lockfile::PendingCreate;
use crate::plan::differences;

/// Search result.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum MatchResult {
    /// Exactly one match: the instance that the request created.
    Unique(TaskId),
    /// No instance of its name that could be it.
    None,
    /// Instances that are indistinguishable or differ from the request: the live ones, and the
    /// reason.
    Ambiguous { candidates: Vec<TaskId>, why: Ambiguity },
}

/// Reason why no instance can be identified as the created one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Ambiguity {
    /// Several instances of its name exist.
    SeveralInstances,
    /// There was no complete list before the request, so it may be an older instance.
    NoEarlierList,
    /// The platform shows no detail of the instance.
    NoDetail,
    /// The instance seems older than the request.
    SeemsOlder,
    /// The instance differs from the request in these fields.
    Differs(Vec<String>),
}

/// Searches a list for exactly one instance of that name that no loaded lock owns, that is newer
/// than everything listed before, and whose detail equals the request. Without a complete list
/// before the request, nothing is adopted.
pub(crate) async fn match_instance(
    client: &Client,
    listing: &InstanceList,
    owned: &BTreeSet<TaskId>,
    expected: &PendingCreate,
) -> MatchResult {
    let free = |instance: &&Detail| !owned.contains(instance.id());
    let all: Vec<&Detail> =
        listing.named(expected.name.as_str()).into_iter().filter(free).collect();
    let live = all.iter().filter(|instance| instance.is_live());
    let mut candidates: Vec<TaskId> = live.map(|instance| instance.id().clone()).collect();
    candidates.sort();
    let unclear = |why| MatchResult::Ambiguous { candidates: candidates.clone(), why };
    let old = expected.known_ids.as_deref().unwrap_or_default();
    let new: Vec<&Detail> = all.into_iter().filter(|one| !old.contains(one.id())).collect();
    let [one] = new[..] else {
        return match new.len() {
            0 => MatchResult::None,
            _ => unclear(Ambiguity::SeveralInstances),
        };
    };
    if expected.known_ids.is_none() {
        return unclear(Ambiguity::NoEarlierList);
    }
    let Ok(detail) = client.detail(one.id()).await else {
        return unclear(Ambiguity::NoDetail);
    };
    let created = detail.create_time().or(one.create_time());
    if !is_newer(created, expected.list_watermark.as_deref()) {
        return unclear(Ambiguity::SeemsOlder);
    }
    let differing = differences(&expected.body, detail.fields());
    if differing.is_empty() && detail.id() == one.id() {
        return MatchResult::Unique(one.id().clone());
    }
    unclear(Ambiguity::Differs(differing.into_iter().map(|change| change.field).collect()))
}

/// Returns whether a creation time is not before another one of the same clock:
/// `2022-05-11 19:30:34`.
fn is_newer(created: Option<&str>, list_watermark: Option<&str>) -> bool {
    match (created, list_watermark) {
        (_, None) => true,
        (Some(created), Some(list_watermark)) => {
            created.len() == list_watermark.len() && created >= list_watermark
        }
        (None, Some(_)) => false,
    }
}

#[cfg(test)]
mod tests {
    use super::is_newer;

    #[test]
    fn only_timestamps_of_the_platform_clock_are_compared() {
        let (earlier, after) = (Some("2022-05-11 19:30:33"), Some("2022-05-11 19:30:34"));
        assert!(is_newer(after, earlier) && is_newer(after, after) && is_newer(after, None));
        assert!(!is_newer(earlier, after) && !is_newer(None, earlier));
        assert!(!is_newer(Some("1652268634000"), earlier), "another form says nothing");
        assert!(is_newer(None, None));
    }
}
