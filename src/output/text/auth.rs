//! Results of `auth check`.

use std::io::{self, Write};

use super::plan::escape;
use crate::api::CredentialsError;
use crate::api::auth::session::LoginError;
use crate::api::client::ApiError;
use crate::exit_status::{ExitClass, ExitClasses};
use crate::ids::Region;
use crate::output::console::Console;
use crate::output::json::{AuthFields, Envelope, ExitReport};
use crate::output::table::{Column, Table};
use crate::output::words::Words;

/// Findings about the credentials. Contains no secret.
#[derive(Debug, Default)]
pub struct AuthReport {
    /// The names of the variables that are set.
    pub variables: Vec<&'static str>,
    /// Method of access to the platform; `None` if no usable credentials were found.
    pub with: Option<AccessMethod>,
    /// Login name, if known.
    pub user: Option<String>,
    /// Login URL, if a login is used.
    pub login: Option<String>,
    /// The regions.
    pub regions: Vec<RegionReport>,
    /// Seconds by which this machine's clock is ahead of the platform's, if a response contained the time.
    pub clock_skew: Option<i64>,
    /// Problems found.
    pub problems: Vec<AuthProblem>,
}

/// A region, and whether it can be used.
#[derive(Debug)]
pub struct RegionReport {
    /// Its ID, if known.
    pub region: Option<Region>,
    /// Its name; empty if unknown.
    pub name: String,
    /// Whether it can be used, or the reason that it cannot.
    pub state: RegionState,
    /// Its AI address, if known.
    pub address: Option<String>,
    /// Expiry of the token in RFC 3339, if the token contains it.
    pub expires: Option<String>,
}

/// Method of access to the platform.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AccessMethod {
    /// The sandbox in this process.
    Sandbox,
    /// An address and a token.
    Token,
    /// A login with an access key.
    Login,
}

/// Whether a region can be used.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RegionState {
    /// Its address accepts its token.
    Usable,
    /// The account is disabled in it.
    Disabled,
    /// It has no AI service.
    NoService,
    /// Its address is unknown.
    NoAddress,
    /// Its address refuses the call.
    Refused,
    /// Its address returned no usable response.
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

impl AccessMethod {
    /// Returns the value in JSON output.
    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Self::Sandbox => "the sandbox",
            Self::Token => "an address and a token",
            Self::Login => "a login with an access key",
        }
    }
}

impl RegionState {
    /// Returns the value in JSON output.
    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Self::Usable => "usable",
            Self::Disabled => "disabled",
            Self::NoService => "no AI service",
            Self::NoAddress => "no address",
            Self::Refused => "refused",
            Self::NotReached => "not reached",
        }
    }
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
        if self.is_human() {
            let width = self.out_width();
            return self.print(|out| human(out, report, width, words));
        }
        let files = self.take_files();
        let object = self.object(&files, exit(report, words));
        self.print_object(&Envelope { auth: Some(AuthFields::new(report, words)), ..object })
    }
}

/// Returns the exit status, with the first problem that decides it.
fn exit(report: &AuthReport, words: &dyn Words) -> ExitReport {
    let classes: ExitClasses = report.problems.iter().filter_map(AuthProblem::class).collect();
    let exit = ExitReport::of(&classes);
    let decides =
        |problem: &&AuthProblem| problem.class().is_some_and(|class| class.code() == exit.code);
    match report.problems.iter().find(decides) {
        Some(problem) => {
            exit.because(words.auth_problem(problem), words.auth_problem_help(problem).as_deref())
        }
        None => exit,
    }
}

/// Writes one line per fact, a table of the regions, and one line per problem.
fn human(
    to: &mut dyn Write,
    report: &AuthReport,
    width: Option<usize>,
    words: &dyn Words,
) -> io::Result<()> {
    let AuthReport { variables, with, user, login, regions, clock_skew, problems } = report;
    writeln!(to, "{}", words.auth_variables(variables))?;
    if let Some(with) = with {
        writeln!(to, "{}", words.auth_method(*with, login.as_deref()))?;
        writeln!(to, "{}", words.auth_user(user.as_deref().map(escape).as_deref()))?;
        writeln!(to, "{}", words.auth_clock(*clock_skew))?;
    }
    to.write_all(table(regions, width, words).as_bytes())?;
    for problem in problems {
        let message = words.auth_problem(problem);
        writeln!(to, "{}", words.auth_problem_line(&message, problem.class().is_some()))?;
        if let Some(help) = words.auth_problem_help(problem) {
            writeln!(to, "{}", words.auth_help_line(&help))?;
        }
    }
    Ok(())
}

/// Returns the table of the regions. If the terminal is too narrow, addresses are put on separate
/// lines, so that they can be copied.
fn table(regions: &[RegionReport], width: Option<usize>, words: &dyn Words) -> String {
    if regions.is_empty() {
        return String::new();
    }
    let rows = |with_address: bool| {
        let titles = words.region_titles();
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
