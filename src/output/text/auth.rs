//! Results of `auth check`.

use std::io;

use schemars::JsonSchema;
use serde::{Serialize, Serializer};

use crate::api::CredentialsError;
use crate::api::auth::session::LoginError;
use crate::api::client::ApiError;
use crate::exit_status::{ExitClass, ExitClasses};
use crate::ids::Region;
use crate::language::Language;
use crate::output::console::Console;
use crate::output::json::{AuthFields, CommandFields, ExitReport};
use crate::output::table::{Column, Table};

/// Findings about the credentials. Contains no secret.
#[derive(Debug, Default, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct AuthReport {
    /// `auth check`: names of the variables that are set.
    pub variables: Vec<&'static str>,
    /// `auth check`: how the platform is accessed; null if no usable credentials were found.
    pub with: Option<AccessMethod>,
    /// `auth check`: login name, if known.
    pub user: Option<String>,
    /// `auth check`: login URL, if a login is used.
    pub login: Option<String>,
    /// `auth check`: seconds by which this machine's clock is ahead of the platform's, if known.
    #[serde(rename = "clockSkewSeconds")]
    pub clock_skew: Option<i64>,
    /// `auth check`: the regions.
    pub regions: Vec<RegionReport>,
    /// Problems found.
    #[serde(skip)]
    pub problems: Vec<AuthProblem>,
}

/// A region, and whether it can be used.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "region", extend("additionalProperties" = false))]
pub struct RegionReport {
    /// Its ID, if known.
    #[schemars(with = "Option<String>")]
    pub region: Option<Region>,
    /// Its name; empty if unknown.
    pub name: String,
    /// Whether it can be used, or the reason that it cannot.
    #[serde(flatten, serialize_with = "region_state")]
    #[schemars(with = "RegionStateFields")]
    pub state: RegionState,
    /// Its AI address, if known.
    pub address: Option<String>,
    /// Expiry of the token in RFC 3339, if the token contains it.
    pub expires: Option<String>,
}

#[derive(Serialize, JsonSchema)]
struct RegionStateFields {
    /// Whether its address accepts its token.
    usable: bool,
    /// The same in one or two words, with the reason if it cannot be used.
    state: RegionState,
}

// serde calls it with a reference.
#[allow(clippy::trivially_copy_pass_by_ref)]
fn region_state<S: Serializer>(state: &RegionState, to: S) -> Result<S::Ok, S::Error> {
    RegionStateFields { usable: *state == RegionState::Usable, state: *state }.serialize(to)
}

/// Method of access to the platform.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema)]
#[schemars(rename = "accessMethod")]
pub enum AccessMethod {
    /// The sandbox in this process.
    #[serde(rename = "the sandbox")]
    Sandbox,
    /// An address and a token.
    #[serde(rename = "an address and a token")]
    Token,
    /// A login with an access key.
    #[serde(rename = "a login with an access key")]
    Login,
}

/// Whether a region can be used.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema)]
#[schemars(rename = "regionState")]
pub enum RegionState {
    /// Its address accepts its token.
    #[serde(rename = "usable")]
    Usable,
    /// The account is disabled in it.
    #[serde(rename = "disabled")]
    Disabled,
    /// It has no AI service.
    #[serde(rename = "no AI service")]
    NoService,
    /// Its address is unknown.
    #[serde(rename = "no address")]
    NoAddress,
    /// Its address refuses the call.
    #[serde(rename = "refused")]
    Refused,
    /// Its address returned no usable response.
    #[serde(rename = "not reached")]
    NotReached,
}

/// A problem.
#[derive(Debug)]
pub enum AuthProblem {
    /// The credentials cannot be used.
    Credentials(CredentialsError),
    /// The login failed, or one of its regions cannot be reached.
    Login(LoginError),
    /// Login variables are set but not used, because the address with its token takes precedence.
    LoginUnused,
    /// This machine's clock differs from the platform's.
    ClockSkew {
        /// By how many seconds it is ahead.
        ahead: i64,
    },
    /// The account has no such region.
    UnknownRegion {
        /// The region in `INSTANCECTL_REGION`.
        region: Region,
    },
    /// The account has no region.
    NoRegion,
    /// A region's address does not accept its token.
    Probe {
        /// The address.
        address: String,
        /// The region, if known.
        region: Option<Region>,
        /// The error.
        failure: ApiError,
    },
}

impl AuthProblem {
    /// Returns the class that it adds to the exit status; `None` if it does not prevent the use of
    /// the platform.
    pub fn class(&self) -> Option<ExitClass> {
        match self {
            Self::Credentials(error) => Some(error.class()),
            Self::Login(error) => Some(error.class()),
            Self::LoginUnused | Self::ClockSkew { .. } => None,
            Self::UnknownRegion { .. } | Self::NoRegion => Some(ExitClass::Denied),
            Self::Probe { failure, .. } => Some(failure.class()),
        }
    }
}

impl Console {
    /// Prints the findings about the credentials, as the command's result.
    pub fn auth(&mut self, report: &AuthReport) -> io::Result<()> {
        let words = self.words();
        if !self.is_human() {
            let auth = Some(AuthFields::new(report, words));
            let fields = CommandFields { auth, ..CommandFields::default() };
            return self.print_rows(exit(report, words), &|_| {}, fields);
        }
        let regions = table(&report.regions, self.out_width(), words);
        let problems = report.problems.iter().map(|problem| words.auth_problem_lines(problem));
        self.result(&(words.auth_access(report) + &regions + &problems.collect::<String>()))
    }
}

/// Returns the exit status, with the first problem that decides it.
fn exit(report: &AuthReport, words: Language) -> ExitReport {
    let classes: ExitClasses = report.problems.iter().filter_map(AuthProblem::class).collect();
    let exit = ExitReport::of(&classes);
    let decides = |found: &&AuthProblem| found.class().map(ExitClass::code) == Some(exit.code);
    let reason = report.problems.iter().find(decides).map(|found| words.auth_problem(found));
    exit.because(reason)
}

/// Returns the table of the regions. If the terminal is too narrow, addresses are put on separate
/// lines, so that they can be copied.
fn table(regions: &[RegionReport], width: Option<usize>, words: Language) -> String {
    if regions.is_empty() {
        return String::new();
    }
    let rows = |with_address: bool| {
        let titles = words.fixed().region_titles;
        let titles = &titles[..if with_address { 5 } else { 4 }];
        let mut table = Table::new(titles.iter().map(|title| Column::text(title)).collect());
        for RegionReport { region, name, state, address, expires, .. } in regions {
            let or_dash = |text: Option<&str>| text.unwrap_or("-").to_owned();
            let cells = [
                or_dash(region.as_ref().map(AsRef::as_ref)),
                or_dash(Some(name.as_str()).filter(|name| !name.is_empty())),
                or_dash(Some(words.region_state(*state))),
                or_dash(expires.as_deref()),
                or_dash(address.as_deref()),
            ];
            table.row(&cells[..titles.len()]);
            if let (false, Some(address)) = (with_address, address) {
                table.add_note(address);
            }
        }
        table
    };
    let complete = rows(true);
    if complete.fits_width(0, width) { complete.text(0, width) } else { rows(false).text(0, width) }
}
