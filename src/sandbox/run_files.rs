//! The run folders that the platform writes to the user's home: one for each run and container of an
//! instance, with files that grow as it starts, runs and ends. Their contents follow from the time, as
//! the instance's status does.

use std::fmt::Write as _;

use super::script::Script;
use super::task::{DEPLOYING_AFTER, Millis, RUNNING_AFTER, Task, date};
use crate::api::endpoints::create_task::CreateTask;

/// The home folder of the account.
pub(super) const HOME: &str = "/public/home/demo";

/// A file below the home folder.
pub(super) struct RunFile {
    /// Its path below the home folder.
    pub(super) path: String,
    pub(super) bytes: Vec<u8>,
    /// Time of its last change.
    pub(super) changed: Millis,
}

/// Returns the files of an instance.
pub(super) fn files(task: &Task, now: Millis) -> Vec<RunFile> {
    let ended = task.stopped.or(task.end_time()).filter(|end| *end <= now);
    let earlier = task.earlier.iter().map(|run| (run.queued, Some(run.ended)));
    let runs = earlier.chain([(task.queued, ended)]).enumerate();
    runs.flat_map(|(number, (queued, ended))| {
        let run = Run { task, number, queued, ended, now: ended.unwrap_or(now) };
        (0..task.request.task_number).flat_map(move |container| run.files(container))
    })
    .collect()
}

/// One run of an instance.
#[derive(Clone, Copy)]
struct Run<'a> {
    task: &'a Task,
    number: usize,
    queued: Millis,
    ended: Option<Millis>,
    /// The current time, or that of its end.
    now: Millis,
}

impl Run<'_> {
    fn files(self, container: u32) -> Vec<RunFile> {
        let CreateTask { instance_service_name: name, image_path: image, .. } = &self.task.request;
        let kind = self.task.request.task_type.as_str();
        let folder = format!("SothisAI/instance/{kind}/{name}_{}_{container}", self.number);
        let job = 4_000_000 + self.queued / 1000 % 1_000_000;
        let mut files = Vec::new();
        let mut add = |name: String, text: String, changed: Millis| {
            let path = format!("{folder}/{name}");
            files.push(RunFile { path, bytes: text.into_bytes(), changed });
        };
        if self.now < self.queued + DEPLOYING_AFTER {
            return files;
        }
        let pulled = self.queued + DEPLOYING_AFTER;
        let at = date(pulled);
        let pull = format!("{at} pull {image}\n{at} digest: sha256:{}\n", self.task.id);
        let stamp = at.replace(['-', ':'], "").replace(' ', "_");
        add(format!("job_demo_{stamp}"), format!("#!/bin/bash\n# job {job}\n"), pulled);
        add("prepare_container".to_owned(), format!("{at} container prepared\n"), pulled);
        add(format!("{job}_PULL.log"), pull.clone(), pulled);
        add(format!("_dockerlist_{job}"), format!("{name} node1 10.0.0.1\n"), pulled);
        add(format!("{job}_node1"), format!("password={PASSWORD}\n"), pulled);
        let (output, changed) = self.output(pull);
        add(format!("{job}.out"), output, changed);
        if let Some(ended) = self.ended {
            add("task.message".to_owned(), self.message(), ended);
        }
        files
    }

    /// Returns the output so far, which begins with the pull, and the time of its last line.
    fn output(self, pull: String) -> (String, Millis) {
        let (mut text, mut changed) = (pull, self.queued + DEPLOYING_AFTER);
        let started = self.queued + RUNNING_AFTER;
        if self.now >= started {
            let _ = writeln!(text, "{} container started", date(started));
            changed = started;
        }
        for (after, line) in Script::of(&self.task.request).echoes {
            if started + after <= self.now {
                let _ = writeln!(text, "{line}");
                changed = started + after;
            }
        }
        (text, changed)
    }

    /// Returns the reason of its end.
    fn message(self) -> String {
        let exit = Script::of(&self.task.request).exit;
        let exit = exit.filter(|exit| self.queued + RUNNING_AFTER + exit.after <= self.now);
        match exit {
            Some(exit) => format!("container exited with code {}\n", exit.code),
            None if self.task.stopped.is_some() => "stopped by user\n".to_owned(),
            None => "time limit reached\n".to_owned(),
        }
    }
}

/// Content of the file with the start parameters, which no client may read.
const PASSWORD: &str = "sandbox-run-password";
