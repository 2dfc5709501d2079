//! Results of `auth check`.

use std::io::{self, Write};

use super::plan::escape;
use crate::exit_status::{ExitClass, ExitClasses};
use crate::ids::Region;
use crate::output::Console;
use crate::output::json::{Envelope, ExitReport};
use crate::output::table::{Column, Table};

/// Findings about the credentials. Contains no secret.
#[derive(Debug, Default)]
pub struct AuthReport {
    /// The names of the variables that are set.
    pub variables: Vec<&'static str>,
    /// How the platform is accessed; `None` if no usable credentials were found.
    pub with: Option<&'static str>,
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
    /// Whether its address accepts its token.
    pub usable: bool,
    /// The same in one or two words, with the reason if it cannot be used.
    pub state: &'static str,
    /// Its AI address, if known.
    pub address: Option<String>,
    /// Expiry of the token in RFC 3339, if the token contains it.
    pub expires: Option<String>,
}

/// A problem.
#[derive(Debug)]
pub struct AuthProblem {
    /// Class that it adds to the exit status; `None` if it does not prevent use of the platform.
    pub class: Option<ExitClass>,
    /// Description of the problem.
    pub message: String,
    /// The next step.
    pub help: Option<String>,
}

impl Console {
    /// Prints the findings about the credentials, as the command's result.
    pub fn auth(&mut self, report: &AuthReport) -> io::Result<()> {
        if self.is_human() {
            let width = self.out_width();
            return self.print(|out| human(out, report, width));
        }
        let files = self.take_files();
        let object = self.object(&files, exit(report));
        self.print_object(&Envelope { auth: Some(report.into()), ..object })
    }
}

/// Returns the exit status, with the first problem that decides it.
fn exit(report: &AuthReport) -> ExitReport {
    let classes: ExitClasses = report.problems.iter().filter_map(|problem| problem.class).collect();
    let exit = ExitReport::of(&classes);
    let decides =
        |problem: &&AuthProblem| problem.class.is_some_and(|class| class.code() == exit.code);
    match report.problems.iter().find(decides) {
        Some(problem) => exit.because(&*problem.message, problem.help.as_deref()),
        None => exit,
    }
}

/// Writes one line per fact, a table of the regions, and one line per problem.
fn human(to: &mut dyn Write, report: &AuthReport, width: Option<usize>) -> io::Result<()> {
    let AuthReport { variables, with, user, login, regions, clock_skew, problems } = report;
    let variables = if variables.is_empty() { "none".to_owned() } else { variables.join(", ") };
    writeln!(to, "variables  {variables}")?;
    if let Some(with) = with {
        let at = login.as_ref().map_or(String::new(), |login| format!(" at {login}"));
        writeln!(to, "with       {with}{at}")?;
        let user = user.as_deref().map_or_else(|| "unknown (not in the token)".into(), escape);
        writeln!(to, "user       {user}")?;
        writeln!(to, "clock      {}", clock(*clock_skew))?;
    }
    to.write_all(table(regions, width).as_bytes())?;
    for AuthProblem { class, message, help } in problems {
        writeln!(to, "{}: {message}", if class.is_some() { "wrong" } else { "note" })?;
        if let Some(help) = help {
            writeln!(to, "  help: {help}")?;
        }
    }
    Ok(())
}

/// Returns the table of the regions. If the terminal is too narrow, addresses are put on separate
/// lines, so that they can be copied.
fn table(regions: &[RegionReport], width: Option<usize>) -> String {
    if regions.is_empty() {
        return String::new();
    }
    let rows = |with_address: bool| {
        let titles = ["REGION", "NAME", "STATE", "UNTIL", "ADDRESS"];
        let titles = &titles[..if with_address { 5 } else { 4 }];
        let mut table = Table::new(titles.iter().map(|title| Column::text(title)).collect());
        for RegionReport { region, name, state, address, expires, .. } in regions {
            let or_dash = |text: Option<&str>| text.unwrap_or("-").to_owned();
            let cells = [
                or_dash(region.as_ref().map(AsRef::as_ref)),
                or_dash(Some(name.as_str()).filter(|name| !name.is_empty())),
                or_dash(Some(state)),
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

fn clock(ahead: Option<i64>) -> String {
    match ahead {
        None => "unknown (not returned by the platform)".to_owned(),
        Some(0) => "same as the platform".to_owned(),
        Some(ahead) => {
            let word = if ahead < 0 { "behind" } else { "ahead of" };
            format!("{} s {word} the platform", ahead.unsigned_abs())
        }
    }
}
