//! Top-level keys of single commands.

use schemars::JsonSchema;
use serde::Serialize;

use super::live_fields::CardCounts;
use super::lock::LockObject;
use super::summary::CardUsage;
use super::why::WhyObject;
use crate::exit_status::ExitClass;
use crate::language::Language;
use crate::output::{AuthProblem, AuthReport, CatalogResponse, ExplainBlock, Message, WrittenFile};

/// Keys that belong to single commands.
#[derive(Default, Serialize, JsonSchema)]
pub(crate) struct CommandFields<'a> {
    /// Cards and card-hours, for the summary.
    #[serde(skip)]
    pub(crate) usage: CardUsage,
    #[serde(flatten)]
    pub(crate) status: Option<StatusFields>,
    /// `export`: the text of the manifest.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "&'a str")]
    pub(crate) manifest: Option<&'a str>,
    #[serde(flatten)]
    pub(crate) list: Option<ListFields>,
    /// `wait`: the wait.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Waited<'a>")]
    pub(crate) waited: Option<Waited<'a>>,
    /// `lock list`, `lock verify` and `lock recover`: the locks.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Vec<LockObject<'a>>")]
    pub(crate) locks: Option<Vec<LockObject<'a>>>,
    /// `logs`: the output.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "LogObject<'a>")]
    pub(crate) log: Option<LogObject<'a>>,
    /// `why`: why the instance waits or ended.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "WhyObject<'a>")]
    pub(crate) why: Option<WhyObject<'a>>,
    /// `init`: the manifest and its schema.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Vec<WrittenFile>")]
    pub(crate) files: Option<&'a [WrittenFile]>,
    /// `explain`: the page.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Vec<ExplainBlock>")]
    pub(crate) explanation: Option<&'a [ExplainBlock]>,
    #[serde(flatten)]
    pub(crate) auth: Option<AuthFields<'a>>,
    #[serde(flatten)]
    pub(crate) catalog: Option<&'a CatalogResponse>,
}

/// Keys of `status`.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct StatusFields {
    /// `status`: cards of the instances.
    pub(crate) cards: CardCounts,
    /// `status`: number of instances of the manifests that are in no lock.
    pub(crate) not_created: usize,
}

/// Keys of `list`.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct ListFields {
    /// `list`: number of live instances that none of the locks has; null if no manifest was given.
    pub(crate) in_no_lock: Option<usize>,
    /// `list`: whether the platform's list is complete.
    pub(crate) list_complete: bool,
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

/// The output of an instance.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(rename = "log", extend("additionalProperties" = false))]
pub(crate) struct LogObject<'a> {
    /// The file that it was read from.
    pub(crate) path: &'a str,
    /// Whether it is older than the instance: it is of an earlier one of the same name.
    pub(crate) is_older: bool,
    /// Its lines, without line ends.
    pub(crate) lines: &'a [String],
}

/// Keys of `auth check`.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct AuthFields<'a> {
    #[serde(flatten)]
    report: &'a AuthReport,
    /// `auth check`: problems found.
    problems: Vec<ProblemObject>,
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
    pub(crate) fn new(report: &'a AuthReport, words: Language) -> Self {
        let problem = |problem: &AuthProblem| {
            let Message { text: message, help } = words.auth_problem(problem);
            ProblemObject { message, help, code: problem.class().map(ExitClass::code) }
        };
        Self { report, problems: report.problems.iter().map(problem).collect() }
    }
}
