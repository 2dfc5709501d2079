//! What `auth check` found.

use std::io::{self, Write};

use serde_json::{Value, json};

use super::json::print;
use super::plan::escape;
use super::table::{Column, Table};
use crate::exit::{ExitClass, ExitClasses};
use crate::ids::Region;

/// What was found of the credentials. It holds no secret.
#[derive(Debug, Default)]
pub struct AuthReport {
    /// The names of the variables that are set.
    pub variables: Vec<&'static str>,
    /// With what the platform is reached; `None` where nothing that can be used was found.
    pub with: Option<&'static str>,
    /// The login name, where it is known.
    pub user: Option<String>,
    /// Where the account logs in, where it does.
    pub login: Option<String>,
    /// The regions.
    pub regions: Vec<RegionReport>,
    /// By how many seconds this machine's clock is ahead of the platform's, where an answer said so.
    pub clock_skew: Option<i64>,
    /// What is wrong.
    pub problems: Vec<AuthProblem>,
}

/// A region and whether it can be used.
#[derive(Debug)]
pub struct RegionReport {
    /// Its ID, where it is known.
    pub region: Option<Region>,
    /// Its name; empty where none is known.
    pub name: String,
    /// Whether its token is taken at its address.
    pub usable: bool,
    /// The same in a word or two: why not, where it is not.
    pub state: &'static str,
    /// Its AI address, where it is known.
    pub address: Option<String>,
    /// Until when the token says that it holds, in RFC 3339, where it does.
    pub expires: Option<String>,
}

/// Something that is wrong.
#[derive(Debug)]
pub struct AuthProblem {
    /// The class that it adds to the exit status; `None` where it does not keep from going on.
    pub class: Option<ExitClass>,
    /// What was found.
    pub message: String,
    /// The next step.
    pub help: Option<String>,
}

/// One line a fact, a table of the regions, one line a problem.
pub(super) fn human(
    to: &mut dyn Write,
    report: &AuthReport,
    width: Option<usize>,
) -> io::Result<()> {
    let AuthReport { variables, with, user, login, regions, clock_skew, problems } = report;
    let variables = if variables.is_empty() { "none".to_owned() } else { variables.join(", ") };
    writeln!(to, "variables  {variables}")?;
    if let Some(with) = with {
        let at = login.as_ref().map_or(String::new(), |login| format!(" at {login}"));
        writeln!(to, "with       {with}{at}")?;
        let user = user.as_deref().map_or_else(|| "not told by the token".into(), escape);
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

/// The regions. Where a terminal is too narrow their addresses stand in lines of their own: people
/// copy them.
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
    let whole = rows(true);
    if whole.fits_width(0, width) { whole.text(0, width) } else { rows(false).text(0, width) }
}

fn clock(ahead: Option<i64>) -> String {
    match ahead {
        None => "not told by the platform".to_owned(),
        Some(0) => "as the platform's".to_owned(),
        Some(ahead) => {
            let word = if ahead < 0 { "behind" } else { "ahead of" };
            format!("{} s {word} the platform's", ahead.unsigned_abs())
        }
    }
}

/// One object with the fields of [`AuthReport`]: `variables`, `with`, `user`, `login`,
/// `clockSkewSeconds`, `regions: [{region, name, usable, state, address, expires}]`, `problems:
/// [{message, help, code}]` (`code` is the exit status that it asks for, or null) and `exit`.
pub(super) fn json(to: &mut dyn Write, report: &AuthReport) -> io::Result<()> {
    let region = |row: &RegionReport| {
        json!({
            "region": row.region,
            "name": row.name,
            "usable": row.usable,
            "state": row.state,
            "address": row.address,
            "expires": row.expires,
        })
    };
    let problem = |problem: &AuthProblem| {
        json!({
            "message": problem.message,
            "help": problem.help,
            "code": problem.class.map(ExitClass::code),
        })
    };
    let classes: ExitClasses = report.problems.iter().filter_map(|problem| problem.class).collect();
    let codes: Vec<u8> = classes.iter().map(ExitClass::code).collect();
    print(
        to,
        &json!({
            "version": 1,
            "variables": report.variables,
            "with": report.with,
            "user": report.user,
            "login": report.login,
            "clockSkewSeconds": report.clock_skew,
            "regions": report.regions.iter().map(region).collect::<Vec<Value>>(),
            "problems": report.problems.iter().map(problem).collect::<Vec<Value>>(),
            "exit": { "code": classes.code(), "classes": codes },
        }),
    )
}
