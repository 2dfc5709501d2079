//! Texts about the output of instances.

use std::path::Path;

use crate::diagnostics::{display_path, quote};
use crate::output::words::en::En;
use crate::output::{LogChange, Message};
use crate::run_folder::{LogsProblem, ReadError};

impl En {
    pub(crate) fn log_source(place: &str) -> String {
        format!("output in {}", display_path(Path::new(place)))
    }

    pub(crate) fn log_retry(trouble: &Message) -> String {
        format!("{}; trying again", trouble.text)
    }

    pub(crate) fn log_awaited(problem: &LogsProblem) -> String {
        format!("waiting: {}", Self::logs_problem(problem))
    }

    pub(crate) fn log_changed(change: LogChange, place: &str) -> String {
        let place = display_path(Path::new(place));
        match change {
            LogChange::Moved => format!("continued in {place}"),
            LogChange::Rewritten => {
                format!("{place} was truncated or rewritten; printing it from its start")
            }
        }
    }

    pub(crate) fn logs_problem(problem: &LogsProblem) -> String {
        match problem {
            LogsProblem::NoFileService => {
                "the address of the file service is unknown, and this machine does not have the account's \
                 home directory with the folder `SothisAI`"
                    .to_owned()
            }
            LogsProblem::Setup(error) => Self::credentials_error(error).text,
            LogsProblem::NoHome { service } => {
                format!("the list of the file service {service} shows no home directory")
            }
            LogsProblem::NoFolder { place, name, container, previous } => {
                let run = if *previous { "an earlier run" } else { "a run" };
                let container = match container {
                    0 => String::new(),
                    number => format!(" with container {number}"),
                };
                format!("{place} has no folder of {run}{container} of {}", quote(name.as_str()))
            }
            LogsProblem::NoFile { folder } => format!("{folder} has no such output yet"),
            LogsProblem::HomeUnreadable(error) => read_error("the home directory", error),
            LogsProblem::Unsteady { place } => format!("{place} changes again and again while it is read"),
            LogsProblem::Unreadable { place, error } => read_error(place, error),
        }
    }
}

fn read_error(place: &str, error: &ReadError) -> String {
    match error {
        ReadError::Missing => format!("{place} no longer exists"),
        ReadError::Local(error) => format!("cannot read {place}: {error}"),
        ReadError::Service { error, call } => {
            format!(
                "cannot read {place}: {}; requested from {call}",
                En::error_detail(error.detail())
            )
        }
    }
}

/// Returns the next step after a problem, if any.
pub(super) fn help(problem: &LogsProblem) -> Option<String> {
    let help = match problem {
        LogsProblem::NoFileService => {
            "set INSTANCECTL_FILE_ENDPOINT, such as https://HOST:PORT/efile; with INSTANCECTL_USER and \
             its keys, the platform names it, unless the region has none"
        }
        LogsProblem::NoFolder { previous: true, .. } => {
            "it was not started again, or its folder is gone"
        }
        LogsProblem::NoFolder { container: 1.., .. } => {
            "the containers of an instance are numbered from 0 to one less than its `taskNumber`"
        }
        LogsProblem::NoFolder { .. } | LogsProblem::NoFile { .. } => {
            "the folder appears when the instance is deployed, and not while it waits"
        }
        LogsProblem::NoHome { .. } => {
            "the platform did not name the home directory, and the entries of the list have no path"
        }
        LogsProblem::Setup(error) => return En::credentials_error(error).help,
        LogsProblem::Unsteady { .. } => {
            "either it is written again and again, or the file service returns other parts than the requested ones"
        }
        LogsProblem::HomeUnreadable(_) | LogsProblem::Unreadable { .. } => return None,
    };
    Some(help.to_owned())
}
