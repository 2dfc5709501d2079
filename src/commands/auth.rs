//! `auth check`: the credentials found, their user, the regions they reach, and any problems.

use std::time::SystemTime;

use tokio::task::{JoinSet, LocalSet};

use super::platform::{failure_class, remediation};
use super::{CommandError, Exit, runtime};
use crate::api::Account;
use crate::api::auth::credentials::{self, Credentials, TokenCredentials};
use crate::api::auth::session::{AccountRegion, LoginError, Session, describe_skew};
use crate::api::client::{ApiError as CallFailure, Client, ClientOptions, ErrorDetail};
use crate::cli::AuthCheck as Args;
use crate::exit_status::{ExitClass, ExitClasses};
use crate::ids::Region;
use crate::output::{AuthProblem, AuthReport, Console, RegionReport};
use crate::sandbox::Sandbox;

/// Minimum clock skew, in seconds, that is reported.
const MIN_REPORTED_SKEW_SECS: u64 = 60;

pub(super) fn run(args: &Args, console: &mut Console) -> Result<Exit, CommandError> {
    let environment = |name: &str| std::env::var_os(name);
    let options =
        ClientOptions { request_timeout: args.request_timeout, ..ClientOptions::default() };
    let mut report = AuthReport::default();
    let mut sandbox = None;
    let credentials = if args.sandbox {
        let served = Sandbox::start(None, 0);
        let served =
            sandbox
                .insert(served.map_err(|e| {
                    CommandError::with_class(ExitClass::Unreachable, e.to_string())
                })?);
        TokenCredentials::sandbox(&served.endpoint(), served.token()).map(Credentials::Token)
    } else {
        report.variables = credentials::set_variables(&environment);
        Credentials::from_environment(&environment, args.allow_http)
    };
    let runtime = runtime()?;
    let check = async {
        match credentials {
            Ok(Credentials::Token(access)) => {
                report.with =
                    Some(if args.sandbox { "the sandbox" } else { "an address and a token" });
                report.token(access, options).await;
            }
            Ok(Credentials::Account(account)) => {
                report.with = Some("a login with an access key");
                report.account(account, options).await;
            }
            Err(error) => {
                report.add_problem(Some(error.class()), error.to_string(), Some(error.help()));
            }
        }
    };
    runtime.block_on(LocalSet::new().run_until(check));
    console.auth(&report)?;
    Ok(report.classes().into())
}

impl AuthReport {
    /// Adds a problem; one without a class does not prevent the use of the platform.
    fn add_problem(&mut self, class: Option<ExitClass>, message: String, help: Option<&str>) {
        self.problems.push(AuthProblem { class, message, help: help.map(str::to_owned) });
    }

    async fn token(&mut self, access: TokenCredentials, options: ClientOptions) {
        let unused = ["INSTANCECTL_USER", "INSTANCECTL_ACCESS_KEY", "INSTANCECTL_SECRET_KEY"];
        if unused.iter().any(|name| self.variables.contains(name)) {
            let message =
                "the login variables are not used: the address with its token takes precedence";
            self.add_problem(
                None,
                message.to_owned(),
                Some("unset INSTANCECTL_ENDPOINT and the token to log in"),
            );
        }
        self.user = access.user();
        let row = row(access.region(), String::new(), access.expiry());
        let client = match Client::new(access, options) {
            Ok(client) => client,
            Err(error) => {
                return self.add_problem(
                    Some(error.class()),
                    error.to_string(),
                    Some(error.help()),
                );
            }
        };
        let (row, problem) = check_region(row, Ok(client.clone())).await;
        self.regions.push(row);
        self.problems.extend(problem);
        self.skew(client.clock_skew());
    }

    async fn account(&mut self, account: Account, options: ClientOptions) {
        self.user = Some(account.user().to_owned());
        self.login = Some(account.login_address());
        let default = account.region().cloned();
        let session = match Session::log_in(account, options).await {
            Ok(session) => session,
            Err(error) => {
                if let LoginError::Refused { skew, .. } = &error {
                    self.skew(*skew);
                }
                return self.add_problem(
                    Some(error.class()),
                    error.to_string(),
                    Some(&error.help()),
                );
            }
        };
        self.skew(session.clock_skew());
        let mut looks = JoinSet::new();
        for (at, region) in session.regions().into_iter().enumerate() {
            let session = session.clone();
            looks.spawn_local(async move {
                let client = session.client(Some(&region.region)).await;
                let AccountRegion { region, name, expiry } = region;
                (at, check_region(row(Some(region), name, expiry), client).await)
            });
        }
        let mut found = looks.join_all().await;
        found.sort_by_key(|(at, _)| *at);
        let usable = found.iter().any(|(_, (row, _))| row.usable);
        for (_, (row, problem)) in found {
            let counts = if default.is_some() { row.region == default } else { !usable };
            self.regions.push(row);
            self.problems.extend(problem.filter(|_| counts));
        }
        if let Some(default) = &default
            && !self.regions.iter().any(|row| row.region.as_ref() == Some(default))
        {
            let message = format!("the account has no region `{default}`");
            self.add_problem(Some(ExitClass::Denied), message, Some("check INSTANCECTL_REGION"));
        }
        if self.regions.is_empty() {
            let message = "the account has no region".to_owned();
            self.add_problem(Some(ExitClass::Denied), message, None);
        }
    }

    fn skew(&mut self, skew: Option<i64>) {
        self.clock_skew = skew;
        if let Some(ahead) = skew.filter(|ahead| ahead.unsigned_abs() >= MIN_REPORTED_SKEW_SECS) {
            let help = "set the clock: logins are signed with the time";
            self.add_problem(None, describe_skew(ahead), Some(help));
        }
    }

    fn classes(&self) -> ExitClasses {
        self.problems.iter().filter_map(|problem| problem.class).collect()
    }
}

/// Checks one region: whether its address accepts its token.
async fn check_region(
    mut row: RegionReport,
    client: Result<Client, LoginError>,
) -> (RegionReport, Option<AuthProblem>) {
    let client = match client {
        Ok(client) => client,
        Err(error) => {
            row.state = match &error {
                LoginError::Disabled { .. } => "disabled",
                LoginError::NoService { .. } => "no AI service",
                _ => "no address",
            };
            let (class, help) = (Some(error.class()), Some(error.help()));
            return (row, Some(AuthProblem { class, message: error.to_string(), help }));
        }
    };
    row.address = Some(client.address());
    let failure = match client.probe().await {
        Ok(()) => {
            row.usable = true;
            return (row, None);
        }
        Err(failure) => failure,
    };
    let (state, what) = match &failure {
        CallFailure::Denied(_) => ("refused", "the token is refused"),
        CallFailure::EndpointMissing(_) => ("no AI service", "no AI service"),
        CallFailure::Refused(_) => ("refused", "the call is refused"),
        CallFailure::Unreachable(_) => ("not reached", "no usable response"),
    };
    row.state = state;
    let help = match &failure {
        CallFailure::EndpointMissing(_) => Some("check that this is the region's AI address"),
        CallFailure::Denied(_) => Some(
            "the token may have expired or belong to another region: fetch a new one, and use the \
             address of its region",
        ),
        failure => remediation(failure).map(|_| {
            "token and address may belong to different \
            regions"
        }),
    };
    let (class, cause): (ExitClass, ErrorDetail) = failure_class(failure);
    let region = client.region().map_or(String::new(), |region| format!(" (region {region})"));
    let message = format!("{what} at {}{region}: {cause}", client.address());
    (row, Some(AuthProblem { class: Some(class), message, help: help.map(str::to_owned) }))
}

/// Returns the row of a region that was not checked yet, with only the token's data filled in.
fn row(region: Option<Region>, name: String, expiry: Option<SystemTime>) -> RegionReport {
    let expires = expiry.map(|time| humantime::format_rfc3339_seconds(time).to_string());
    RegionReport { region, name, usable: false, state: "usable", address: None, expires }
}
