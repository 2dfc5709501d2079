//! Top-level keys of single commands.

use schemars::JsonSchema;
use serde::Serialize;
use serde_json::Value;

use crate::exit_status::ExitClass;
use crate::ids::Region;
use crate::output::words::Words;
use crate::output::{
    AccessMethod, AuthProblem, AuthReport, CatalogResponse, RegionReport, RegionState,
};

/// Keys of `status`.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct StatusFields {
    /// `status`: cards of the instances.
    pub(crate) cards: CardCounts,
    /// `status`: number of instances of the manifests that are in no lock.
    pub(crate) not_created: usize,
}

/// Cards by use.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(rename = "cardCounts", extend("additionalProperties" = false))]
pub(crate) struct CardCounts {
    /// Cards of instances that run or are being deployed.
    pub(crate) in_use: u64,
    /// Cards that queued instances wait for.
    pub(crate) queued: u64,
}

/// The wait of `wait`.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "waited", extend("additionalProperties" = false))]
pub(crate) struct Waited<'a> {
    /// The status that was waited for.
    #[serde(rename = "for")]
    pub(crate) status: &'a str,
    /// Duration of the wait.
    pub(crate) seconds: u64,
}

/// Keys of `auth check`.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct AuthFields<'a> {
    /// `auth check`: names of the variables that are set.
    variables: &'a [&'static str],
    /// `auth check`: how the platform is accessed; null if no usable credentials were found.
    with: Option<&'a str>,
    /// `auth check`: login name, if known.
    user: Option<&'a str>,
    /// `auth check`: login URL, if a login is used.
    login: Option<&'a str>,
    /// `auth check`: seconds by which this machine's clock is ahead of the platform's, if known.
    clock_skew_seconds: Option<i64>,
    /// `auth check`: the regions.
    regions: Vec<RegionObject<'a>>,
    /// `auth check`: problems found.
    problems: Vec<ProblemObject>,
}

/// A region, and whether it can be used.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "region", extend("additionalProperties" = false))]
struct RegionObject<'a> {
    /// Its ID, if known.
    region: Option<&'a str>,
    /// Its name; empty if unknown.
    name: &'a str,
    /// Whether its address accepts its token.
    usable: bool,
    /// The same in one or two words, with the reason if it cannot be used.
    state: &'a str,
    /// Its AI address, if known.
    address: Option<&'a str>,
    /// Expiry of the token in RFC 3339, if the token contains it.
    expires: Option<&'a str>,
}

/// A problem of the credentials.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "problem", extend("additionalProperties" = false))]
struct ProblemObject {
    /// Description of the problem.
    message: String,
    /// The next step; null if there is none.
    help: Option<String>,
    /// Exit code that it causes; null if it does not prevent the use of the platform.
    code: Option<u8>,
}

impl<'a> AuthFields<'a> {
    /// Creates the keys of a report.
    pub(crate) fn new(report: &'a AuthReport, words: &dyn Words) -> Self {
        let AuthReport { variables, with, user, login, regions, clock_skew, problems } = report;
        Self {
            variables,
            with: with.map(AccessMethod::as_str),
            user: user.as_deref(),
            login: login.as_deref(),
            clock_skew_seconds: *clock_skew,
            regions: regions.iter().map(region).collect(),
            problems: problems.iter().map(|found| problem(found, words)).collect(),
        }
    }
}

fn region(report: &RegionReport) -> RegionObject<'_> {
    let RegionReport { region, name, state, address, expires } = report;
    RegionObject {
        region: region.as_ref().map(Region::as_str),
        name,
        usable: *state == RegionState::Usable,
        state: state.as_str(),
        address: address.as_deref(),
        expires: expires.as_deref(),
    }
}

fn problem(problem: &AuthProblem, words: &dyn Words) -> ProblemObject {
    ProblemObject {
        message: words.auth_problem(problem),
        help: words.auth_problem_help(problem),
        code: problem.class().map(ExitClass::code),
    }
}

/// Keys of `catalog`. The data has the shape in which the platform returned it.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct CatalogFields<'a> {
    /// `catalog`: whether the list is complete.
    whole: bool,
    /// `catalog groups`: the resource groups.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Value")]
    groups: Option<&'a Value>,
    /// `catalog images`: the images.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Value")]
    images: Option<&'a Value>,
    /// `catalog limits`: the resources of one node.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Value")]
    limits: Option<&'a Value>,
    /// `catalog mounts`: the directories that can be mounted.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Value")]
    mounts: Option<&'a Value>,
}

impl<'a> From<&'a CatalogResponse> for CatalogFields<'a> {
    fn from(offered: &'a CatalogResponse) -> Self {
        use crate::output::CatalogKind::{Groups, Images, Limits, Mounts};
        let data = |kind| (offered.kind == kind).then_some(&offered.data);
        Self {
            whole: offered.complete,
            groups: data(Groups),
            images: data(Images),
            limits: data(Limits),
            mounts: data(Mounts),
        }
    }
}
