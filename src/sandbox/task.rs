//! One instance of the sandbox. Its status follows only from the time, so nothing needs to run for
//! it to advance, and it also advances between two runs of the sandbox.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::api::endpoints::create_task::CreateTask;
use crate::api::endpoints::detail::Status;
use crate::ids::TaskId;
use crate::sandbox::script::Script;
use crate::text::{format_hms, parse_hms};

/// Milliseconds since 1970.
pub(super) type Millis = u64;

/// Ages at which an instance changes from waiting to deploying, and from deploying to running.
pub(super) const DEPLOYING_AFTER: Millis = 1000;
pub(super) const RUNNING_AFTER: Millis = 3000;

/// One instance.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) struct Task {
    pub(super) id: TaskId,
    /// Creation time.
    pub(super) created: Millis,
    /// Time of the creation or the last restart.
    pub(super) queued: Millis,
    /// Time at which it was stopped by a user.
    pub(super) stopped: Option<Millis>,
    /// Its runs before the last restart.
    #[serde(default)]
    pub(super) earlier: Vec<EarlierRun>,
    /// Body of its create call.
    pub(super) request: CreateTask,
}

/// A run that ended.
#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
pub(super) struct EarlierRun {
    /// Time of the creation or the restart.
    pub(super) queued: Millis,
    /// Time of its end.
    pub(super) ended: Millis,
}

/// Returns the current time.
pub(super) fn now() -> Millis {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    u64::try_from(since.as_millis()).unwrap_or(Millis::MAX)
}

impl Task {
    pub(super) fn status(&self, now: Millis) -> Status {
        let age = now.saturating_sub(self.queued);
        match age {
            _ if self.stopped.is_some() => Status::Terminated,
            _ if self.end_time().is_some_and(|end| now >= end) => self.last_status(),
            0..DEPLOYING_AFTER => Status::Waiting,
            DEPLOYING_AFTER..RUNNING_AFTER => Status::Deploying,
            _ => Status::Running,
        }
    }

    pub(super) fn started(&self) -> Millis {
        self.queued + RUNNING_AFTER
    }

    /// Returns the time at which its time limit or its script ends it, if one does.
    pub(super) fn end_time(&self) -> Option<Millis> {
        let limit = parse_time_limit(&self.request.timeout_limit).map(|limit| limit * 1000);
        let exit = Script::of(&self.request).exit.map(|exit| exit.after);
        limit.into_iter().chain(exit).min().map(|after| self.started() + after)
    }

    /// Returns its status after it ended by itself.
    fn last_status(&self) -> Status {
        let end = self.end_time().map(|end| end - self.started());
        let exit = Script::of(&self.request).exit.filter(|exit| end == Some(exit.after));
        if exit.is_some_and(|exit| exit.code != 0) { Status::Failed } else { Status::Completed }
    }

    /// Returns the `data` of the detail call: every key of the platform's sample, in its order.
    pub(super) fn detail(&self, now: Millis) -> Value {
        let request = &self.request;
        let status = self.status(now);
        let ended = self.stopped.or(self.end_time()).filter(|_| status.has_ended());
        let ran = matches!(status, Status::Running) || status.has_ended();
        let duration = ended.unwrap_or(now).saturating_sub(self.started());
        let remaining = self.end_time().filter(|_| status == Status::Running);
        json!({
            "id": self.id,
            "headerNotebookId": self.id.as_str().chars().rev().collect::<String>(),
            "instanceServiceName": request.instance_service_name,
            "currentIndex": 0,
            "gpuNumber": request.gpu_number,
            "cpuNumber": request.cpu_number,
            "ramSize": request.ram_size,
            "acceleratorType": request.accelerator_type,
            "resourceGroup": request.resource_group,
            "resourceSpec": format!(
                "{} 核心; {} 加速器; {:.1}G 内存",
                request.cpu_number, request.gpu_number, f64::from(request.ram_size) / 1024.0
            ),
            "taskNumber": request.task_number,
            "timeoutLimit": request.timeout_limit,
            "userName": "sandbox",
            "version": request.version,
            "imagePath": request.image_path,
            "status": status.as_str(),
            "taskType": request.task_type,
            "description": request.description,
            "createTime": date(self.created),
            "startTime": ran.then(|| date(self.started())),
            "endTime": ended.map(date),
            "duration": if ran { format_hms(duration / 1000) } else { "--".to_owned() },
            "remainingTime": remaining.map_or("--".to_owned(), |end| format_hms((end - now) / 1000)),
            "tensorboardId": null,
            "tensorboardPath": null,
            "mountInfoList": request.mount_info_list,
            "containerPortInfoList": self.ports(&status),
            "useStartScript": request.use_start_script,
            "startScriptContent": request.start_script_content,
            "startScriptPath": null,
            "startScriptActionScope": request.start_script_action_scope,
            "headerNotebookIp": null,
        })
    }

    /// Returns the opened ports; those of a running instance have an address.
    fn ports(&self, status: &Status) -> Value {
        let mut ports = json!(self.request.container_port_info_list);
        if *status == Status::Running {
            let address = self.address();
            for port in ports.as_array_mut().into_iter().flatten() {
                let number = port["containerPort"].as_str().unwrap_or_default();
                port["accessUrl"] = json!(match port["protocolType"].as_str() {
                    Some("SSH") => {
                        let number: u32 = number.parse().unwrap_or_default();
                        format!("ssh://root@sandbox.invalid:{}", 30_000 + number % 10_000)
                    }
                    _ => format!("{address}&port={number}"),
                });
            }
        }
        ports
    }

    /// Returns the access address of a running instance; that of other instances is not documented.
    pub(super) fn access_url(&self, now: Millis) -> Option<String> {
        (self.status(now) == Status::Running).then(|| self.address())
    }

    /// Returns an address that contains its access token, like the platform's. It leads nowhere.
    fn address(&self) -> String {
        let secret: String = self.id.as_str().chars().rev().collect();
        format!("https://sandbox.invalid/{}/?token={secret}", self.id)
    }
}

/// Parses a `timeoutLimit` into seconds: `Some` for `HH:MM:SS` other than zero, `None` for anything
/// else, including `unlimited`.
pub(super) fn parse_time_limit(text: &str) -> Option<u64> {
    let two_digits = |part: &str| part.len() == 2 && part < "60";
    let mut parts = text.split(':');
    let (hours, minutes, seconds) = (parts.next()?, parts.next()?, parts.next()?);
    let digits = |part: &str| part.bytes().all(|b| b.is_ascii_digit());
    let fits = parts.next().is_none()
        && (2..=9).contains(&hours.len())
        && [minutes, seconds].into_iter().all(two_digits)
        && [hours, minutes, seconds].into_iter().all(digits);
    if !fits {
        return None;
    }
    parse_hms(text).filter(|total| *total > 0)
}

/// China Standard Time, the platform's, is this much ahead of UTC.
const ZONE: Duration = Duration::from_hours(8);

/// Formats a date like the platform, without a time zone.
pub(super) fn date(at: Millis) -> String {
    let at = UNIX_EPOCH + Duration::from_millis(at) + ZONE;
    let text = humantime::format_rfc3339_seconds(at).to_string();
    text.replace('T', " ").replace('Z', "")
}

#[cfg(test)]
mod tests {
    use super::{Task, parse_time_limit};
    use crate::api::endpoints::detail::Status;

    fn task(timeout_limit: &str) -> Task {
        let request = serde_json::json!({
            "instanceServiceName": "a", "taskType": "ssh", "acceleratorType": "cpu",
            "version": "v", "imagePath": "i", "timeoutLimit": timeout_limit, "taskNumber": 1,
            "resourceGroup": "g", "useStartScript": false, "startScriptActionScope": "all",
            "cpuNumber": 3, "ramSize": 15360, "gpuNumber": 0,
        });
        Task {
            id: "a1".parse().unwrap(),
            created: 1_000_000,
            queued: 1_000_000,
            stopped: None,
            earlier: Vec::new(),
            request: serde_json::from_value(request).unwrap(),
        }
    }

    #[test]
    fn instance_runs_after_3s_and_ends_at_its_time_limit() {
        let task = task("00:00:10");
        for (age, status) in [
            (0, Status::Waiting),
            (1000, Status::Deploying),
            (3000, Status::Running),
            (12_999, Status::Running),
            (13_000, Status::Completed),
        ] {
            assert_eq!(task.status(1_000_000 + age), status, "{age}");
        }
        let detail = task.detail(1_020_000);
        assert_eq!(detail["endTime"], "1970-01-01 08:16:53");
        assert_eq!(detail["duration"], "00:00:10");
        assert_eq!(detail["resourceSpec"], "3 核心; 0 加速器; 15.0G 内存");
    }

    #[test]
    fn unlimited_instance_ends_only_if_stopped() {
        let mut task = task("unlimited");
        assert_eq!(task.status(u64::MAX), Status::Running);
        task.stopped = Some(1_002_000);
        assert_eq!(task.status(u64::MAX), Status::Terminated);
        assert_eq!(task.detail(1_002_500)["duration"], "00:00:00");
    }

    #[test]
    fn time_limit_has_hours_minutes_and_seconds() {
        assert_eq!(parse_time_limit("360:00:01"), Some(1_296_001));
        for bad in
            ["00:00:00", "1:00:00", "01:60:00", "01:00", "01:00:00:00", "unlimited", "", "+1:00:00"]
        {
            assert_eq!(parse_time_limit(bad), None, "{bad}");
        }
    }
}
