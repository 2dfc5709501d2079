//! The real program, run in a temporary folder with an environment that holds nothing else.

use std::ffi::OsString;
use std::fs;
use std::io::{Read, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::thread;
use std::time::{Duration, Instant};

use tempfile::TempDir;

/// A run that has not ended by then hangs.
const LONGEST_RUN: Duration = Duration::from_mins(1);

/// One run of the program, to be set up. Clones share the folder, so that a test can prepare one
/// and run several commands in it: `project.clone().args(["plan", "-f", "x.yaml"]).run()`.
#[derive(Clone)]
pub(crate) struct Cli {
    folder: Arc<TempDir>,
    args: Vec<OsString>,
    env: Vec<(OsString, OsString)>,
    stdin: Option<String>,
}

/// What a run gave. Every assertion shows all of it when it fails.
#[derive(Debug)]
#[must_use = "assert what the run gave"]
pub(crate) struct Output {
    /// The exit code; `None` where a signal ended the run.
    pub(crate) code: Option<i32>,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
}

impl Cli {
    /// A run in a new, empty folder. The home and state folders of the program lie in it too.
    pub(crate) fn new() -> Self {
        let folder = Arc::new(TempDir::new().unwrap());
        let home = folder.path().join(".home");
        fs::create_dir(&home).unwrap();
        let cli = Self { folder, args: Vec::new(), env: Vec::new(), stdin: None };
        cli.env("HOME", &home).env("XDG_STATE_HOME", home.join("state"))
    }

    /// Adds arguments.
    pub(crate) fn args<A: Into<OsString>>(mut self, args: impl IntoIterator<Item = A>) -> Self {
        self.args.extend(args.into_iter().map(Into::into));
        self
    }

    /// Sets a variable of the environment.
    pub(crate) fn env(mut self, name: impl Into<OsString>, value: impl Into<OsString>) -> Self {
        self.env.push((name.into(), value.into()));
        self
    }

    /// What the program reads from standard input; without it standard input is empty.
    pub(crate) fn stdin(mut self, text: &str) -> Self {
        self.stdin = Some(text.to_owned());
        self
    }

    /// Writes a file into the folder.
    pub(crate) fn file(self, name: impl AsRef<Path>, text: impl AsRef<[u8]>) -> Self {
        let path = self.path(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
        self
    }

    /// A path in the folder.
    pub(crate) fn path(&self, name: impl AsRef<Path>) -> PathBuf {
        self.folder.path().join(name)
    }

    /// The text of a file in the folder.
    #[track_caller]
    pub(crate) fn read(&self, name: impl AsRef<Path>) -> String {
        fs::read_to_string(self.path(name)).unwrap()
    }

    /// Starts the program, for tests that signal it or look at it while it runs.
    pub(crate) fn spawn(&self) -> Child {
        let mut child = Command::new(env!("CARGO_BIN_EXE_instancectl"))
            .args(&self.args)
            .current_dir(self.folder.path())
            .env_clear()
            .envs(self.env.iter().cloned())
            .stdin(if self.stdin.is_some() { Stdio::piped() } else { Stdio::null() })
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        if let (Some(mut pipe), Some(text)) = (child.stdin.take(), self.stdin.clone()) {
            // The program may end without reading it.
            thread::spawn(move || pipe.write_all(text.as_bytes()));
        }
        child
    }

    /// Runs the program to its end.
    #[track_caller]
    pub(crate) fn run(&self) -> Output {
        let mut child = self.spawn();
        let stdout = drain(child.stdout.take().unwrap());
        let stderr = drain(child.stderr.take().unwrap());
        let deadline = Instant::now() + LONGEST_RUN;
        let status = loop {
            if let Some(status) = child.try_wait().unwrap() {
                break status;
            }
            if Instant::now() > deadline {
                child.kill().unwrap();
                child.wait().unwrap();
                panic!("{:?} hangs; stderr: {}", self.args, stderr.join().unwrap());
            }
            thread::sleep(Duration::from_millis(2));
        };
        Output {
            code: status.code(),
            stdout: stdout.join().unwrap(),
            stderr: stderr.join().unwrap(),
        }
    }
}

fn drain(mut pipe: impl Read + Send + 'static) -> thread::JoinHandle<String> {
    thread::spawn(move || {
        let mut bytes = Vec::new();
        pipe.read_to_end(&mut bytes).unwrap();
        String::from_utf8(bytes).unwrap()
    })
}

impl Output {
    /// The exit code and both streams, whole.
    #[track_caller]
    pub(crate) fn is(self, code: i32, stdout: &str, stderr: &str) -> Self {
        self.code(code).stdout(stdout).stderr(stderr)
    }

    /// The exit code.
    #[track_caller]
    pub(crate) fn code(self, code: i32) -> Self {
        assert!(self.code == Some(code), "expected exit code {code}, found {self:#?}");
        self
    }

    /// Standard output, whole.
    #[track_caller]
    pub(crate) fn stdout(self, text: &str) -> Self {
        assert!(self.stdout == text, "expected stdout {text:?}, found {self:#?}");
        self
    }

    /// Standard error, whole.
    #[track_caller]
    pub(crate) fn stderr(self, text: &str) -> Self {
        assert!(self.stderr == text, "expected stderr {text:?}, found {self:#?}");
        self
    }

    /// A part of standard output.
    #[track_caller]
    pub(crate) fn stdout_has(self, part: &str) -> Self {
        assert!(self.stdout.contains(part), "expected {part:?} in stdout, found {self:#?}");
        self
    }

    /// A part of standard error.
    #[track_caller]
    pub(crate) fn stderr_has(self, part: &str) -> Self {
        assert!(self.stderr.contains(part), "expected {part:?} in stderr, found {self:#?}");
        self
    }

    /// In neither stream, for secrets.
    #[track_caller]
    pub(crate) fn nowhere(self, part: &str) -> Self {
        let found = self.stdout.contains(part) || self.stderr.contains(part);
        assert!(!found, "expected no {part:?}, found {self:#?}");
        self
    }
}
