//! Start scripts, as far as the sandbox carries them out.

use crate::api::endpoints::create_task::CreateTask;

/// Time that one command takes, in milliseconds.
const COMMAND_TIME: u64 = 200;

/// A start script, as far as the sandbox carries it out: `echo` prints, `exit` ends the instance.
pub(super) struct Script<'a> {
    /// The printed lines, with the milliseconds after the start of the container.
    pub(super) echoes: Vec<(u64, &'a str)>,
    /// The `exit` that it reaches, if any.
    pub(super) exit: Option<ScriptExit>,
}

/// The end of a script by `exit`.
#[derive(Debug, Clone, Copy)]
pub(super) struct ScriptExit {
    /// Milliseconds after the start of the container.
    pub(super) after: u64,
    /// Its exit status.
    pub(super) code: u8,
}

impl<'a> Script<'a> {
    /// Reads the script of an instance; empty if it is not used.
    pub(super) fn of(request: &'a CreateTask) -> Self {
        let mut script = Self { echoes: Vec::new(), exit: None };
        let used = if request.use_start_script { &request.start_script_content } else { "" };
        let mut after = 0;
        for line in used.lines().filter(|line| !line.trim().is_empty()) {
            after += COMMAND_TIME;
            match line.split_once(' ').unwrap_or((line, "")) {
                ("echo", text) => {
                    let text = text.trim().trim_matches(|char| char == '"' || char == '\'');
                    script.echoes.push((after, text));
                }
                ("exit", code) => {
                    let code = code.trim().parse().unwrap_or(0);
                    script.exit = Some(ScriptExit { after, code });
                    break;
                }
                _ => {}
            }
        }
        script
    }
}

#[cfg(test)]
mod tests {
    use super::Script;

    #[test]
    fn script_prints_and_ends() {
        let request = serde_json::json!({
            "instanceServiceName": "a", "taskType": "ssh", "acceleratorType": "cpu",
            "version": "v", "imagePath": "i", "timeoutLimit": "unlimited", "taskNumber": 1,
            "resourceGroup": "g", "useStartScript": true, "startScriptActionScope": "all",
            "startScriptContent": "echo 'one two'\n\nsleep 1\necho three\nexit 3\necho no\n",
            "cpuNumber": 3, "ramSize": 15360, "gpuNumber": 0,
        });
        let request = serde_json::from_value(request).unwrap();
        let script = Script::of(&request);
        assert_eq!(script.echoes, [(200, "one two"), (600, "three")]);
        assert_eq!(script.exit.map(|exit| (exit.after, exit.code)), Some((800, 3)));
    }
}
