//! `auth check`: the credentials found, their user, the regions they reach, and any problems.

use std::time::SystemTime;

use futures_util::future::join_all;

use super::error::{CommandError, Exit};
use super::platform::{runtime, start_sandbox};
use crate::api::Account;
use crate::api::auth::credentials::{Credentials, TokenCredentials};
use crate::api::auth::environment::set_variables;
use crate::api::auth::session::{AccountRegion, LoginError, LoginFailure, Session};
use crate::api::client::{ApiError, Client, ClientOptions};
use crate::cli::ConnectionArgs;
use crate::exit_status::ExitClasses;
use crate::ids::Region;
use crate::output::{AccessMethod, AuthProblem, AuthReport, Console, RegionReport, RegionState};

/// Minimum clock skew, in seconds, that is reported.
const MIN_REPORTED_SKEW_SECS: u64 = 60;

pub(super) fn run(args: ConnectionArgs, console: &mut Console) -> Result<Exit, CommandError> {
    let ConnectionArgs { sandbox, request_timeout, allow_http } = args;
    let options = ClientOptions { request_timeout, ..ClientOptions::default() };
    let mut report = AuthReport::default();
    let runtime = runtime()?;
    if sandbox {
        let (access, _sandbox) = start_sandbox(None)?;
        report.with = Some(AccessMethod::Sandbox);
        runtime.block_on(report.token(access, options));
    } else {
        let variable = |name: &str| std::env::var_os(name);
        report.variables = set_variables(&variable);
        match Credentials::from_environment(&variable, allow_http) {
            Ok(Credentials::Token(access)) => {
                report.with = Some(AccessMethod::Token);
                runtime.block_on(report.token(access, options));
            }
            Ok(Credentials::Account(account)) => {
                report.with = Some(AccessMethod::Login);
                runtime.block_on(report.account(account, options));
            }
            Err(error) => report.problems.push(AuthProblem::Credentials(error)),
        }
    }
    console.auth(&report)?;
    let classes: ExitClasses = report.problems.iter().filter_map(AuthProblem::class).collect();
    Ok(classes.into())
}

impl AuthReport {
    async fn token(&mut self, access: TokenCredentials, options: ClientOptions) {
        let unused = ["INSTANCECTL_USER", "INSTANCECTL_ACCESS_KEY", "INSTANCECTL_SECRET_KEY"];
        if unused.iter().any(|name| self.variables.contains(name)) {
            self.problems.push(AuthProblem::LoginUnused);
        }
        self.user = access.user();
        let row = row(access.region(), String::new(), access.expiry());
        let client = match Client::new(access, options) {
            Ok(client) => client,
            Err(error) => return self.problems.push(AuthProblem::Credentials(error)),
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
                if let LoginError::Failed(LoginFailure::Refused { skew, .. }) = &error {
                    self.skew(*skew);
                }
                return self.problems.push(AuthProblem::Login(error));
            }
        };
        self.skew(session.clock_skew());
        let check = async |AccountRegion { id: region, name, expiry, .. }| {
            let client = Client::for_region(&session, Some(&region)).await;
            check_region(row(Some(region), name, expiry), client).await
        };
        let found = join_all(session.regions().into_iter().map(check)).await;
        let usable = found.iter().any(|(row, _)| row.state == RegionState::Usable);
        for (row, problem) in found {
            let counts = if default.is_some() { row.region == default } else { !usable };
            self.regions.push(row);
            self.problems.extend(problem.filter(|_| counts));
        }
        if let Some(default) = &default
            && !self.regions.iter().any(|row| row.region.as_ref() == Some(default))
        {
            self.problems.push(AuthProblem::UnknownRegion { region: default.clone() });
        }
        if self.regions.is_empty() {
            self.problems.push(AuthProblem::NoRegion);
        }
    }

    fn skew(&mut self, skew: Option<i64>) {
        self.clock_skew = skew;
        if let Some(ahead) = skew.filter(|ahead| ahead.unsigned_abs() >= MIN_REPORTED_SKEW_SECS) {
            self.problems.push(AuthProblem::ClockSkew { ahead });
        }
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
                LoginError::Disabled { .. } => RegionState::Disabled,
                LoginError::NoService { .. } => RegionState::NoService,
                _ => RegionState::NoAddress,
            };
            return (row, Some(AuthProblem::Login(error)));
        }
    };
    let address = client.address();
    row.address = Some(address.clone());
    let Err(failure) = client.probe().await else { return (row, None) };
    row.state = match &failure {
        ApiError::Denied(_) | ApiError::Refused(_) => RegionState::Refused,
        ApiError::EndpointMissing(_) => RegionState::NoService,
        ApiError::Unreachable(_) => RegionState::NotReached,
    };
    (row, Some(AuthProblem::Probe { address, region: client.region(), failure }))
}

/// Returns the row of a region that was not checked yet, with only the token's data filled in.
fn row(region: Option<Region>, name: String, expiry: Option<SystemTime>) -> RegionReport {
    let expires = expiry.map(|time| humantime::format_rfc3339_seconds(time).to_string());
    RegionReport { region, name, state: RegionState::Usable, address: None, expires }
}
