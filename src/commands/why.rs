//! `why`: why an instance waits or ended, as far as anything says so. Read-only.

use std::time::SystemTime;

use futures_util::future::join;
use serde_json::Value;

use super::error::{CommandError, Exit};
use super::masking::{Masking, text_field};
use super::workspace::Workspace;
use crate::api::client::{ApiError, Client};
use crate::api::endpoints::create_task::CreateTask;
use crate::api::endpoints::detail::Detail;
use crate::cli::Why as Args;
use crate::exit_status::ExitClass;
use crate::inventory::RegionOffers;
use crate::lifecycle::{LiveState, LockedInstance, absent};
use crate::output::{Console, WhyReport};
use crate::run_folder::HomeFolder;
use crate::validate::mask_secrets;
use crate::why::{Explanation, Findings, explain, read_output};

pub(super) fn run(args: &Args, console: &mut Console) -> Result<Exit, CommandError> {
    let names = std::slice::from_ref(&args.name);
    let mut workspace = Workspace::read(&args.workspace, names, console)?;
    let locked = workspace.single_entry(&args.name)?;
    workspace.connect_entries(std::slice::from_ref(&locked))?;
    let client = workspace.platform.client_for_region(&locked.entry).cloned();
    let task = serde_json::from_value(Value::Object(locked.entry.request.fields())).ok();
    let question = Question { locked: &locked, task, sandbox: args.workspace.connection.sandbox };
    let found = match &client {
        _ if locked.entry.task_id.is_none() => question.answer(LiveState::Unknown),
        None => question.answer(LiveState::OtherRegion),
        Some(client) => workspace.platform.runtime.block_on(question.ask(client)),
    };
    let Answer { live, explanation, now, failure } = found;
    let exit = match (&live, explanation.reason) {
        (LiveState::QueryFailed(_), None) => failure.unwrap_or(ExitClass::Unreachable).into(),
        _ => Exit::Done,
    };
    console.print_why(&WhyReport {
        locked: &locked,
        live,
        explanation: &explanation,
        has_script: text_field(&locked, None, "startScriptContent")
            .is_some_and(|text| !text.is_empty()),
        now,
        exit: exit.report(),
    })?;
    Ok(exit)
}

/// The instance in question.
struct Question<'a> {
    locked: &'a LockedInstance,
    /// Its request, if it can be read.
    task: Option<CreateTask>,
    sandbox: bool,
}

/// The answer to a question.
struct Answer {
    live: LiveState,
    explanation: Explanation,
    /// The time by the platform's clock.
    now: SystemTime,
    /// The class of the error of the platform, if it did not answer.
    failure: Option<ExitClass>,
}

impl Question<'_> {
    /// Returns the answer that only the lock gives.
    fn answer(&self, live: LiveState) -> Answer {
        let now = SystemTime::now();
        let explanation = explain(Findings {
            locked: self.locked,
            task: self.task.as_ref(),
            live: &live,
            offers: None,
            output: None,
            now,
        });
        Answer { live, explanation, now, failure: None }
    }

    /// Asks the platform and reads the files, all at once. What cannot be read is part of the answer.
    async fn ask(&self, client: &Client) -> Answer {
        let Some(id) = &self.locked.entry.task_id else { return self.answer(LiveState::Unknown) };
        let offers = async {
            let task = self.task.as_ref()?;
            let offers = Box::pin(RegionOffers::fetch(client, std::iter::once(task))).await;
            (!client.has_open_catalog()).then_some(offers)
        };
        let read = async {
            let find = HomeFolder::find(client, !self.sandbox);
            let (detail, home) = join(client.detail(id), find).await;
            let account = detail.as_ref().ok().and_then(Detail::user_name);
            let home = home.or_else(|problem| HomeFolder::of_this_machine(account).ok_or(problem));
            let task_type = text_field(self.locked, None, "taskType").unwrap_or_default();
            let output = Box::pin(read_output(home, &task_type, &self.locked.name)).await;
            (detail, output)
        };
        let (offers, (detail, output)) = Box::pin(join(offers, read)).await;
        let now = client.service_time().unwrap_or_else(SystemTime::now);
        let shown = detail.as_ref().ok();
        let masking = Masking::new(client, self.locked, shown);
        let failure = detail.as_ref().err().map(ApiError::class);
        let live = match detail {
            Ok(detail) => LiveState::Present(Box::new(detail)),
            Err(failure) => absent(failure, false)
                .unwrap_or_else(|failure| LiveState::QueryFailed(failure.into_detail())),
        };
        let mut explanation = explain(Findings {
            locked: self.locked,
            task: self.task.as_ref(),
            live: &live,
            offers,
            output: Some(output),
            now,
        });
        explanation.mask(|text| mask_secrets(&masking.mask(text)));
        Answer { live, explanation, now, failure }
    }
}
