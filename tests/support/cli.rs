//! The real program, run in a temporary folder with a clean environment.

use std::ffi::OsString;
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, Command, Stdio};
use std::sync::{Arc, Condvar, Mutex};
use std::time::{Duration, Instant};
use std::{fs, thread};

use tempfile::TempDir;

/// Maximum duration of a run; one that takes longer hangs.
const LONGEST_RUN: Duration = Duration::from_mins(1);

/// One run of the program, to be configured. Clones share the folder, so that a test can prepare
/// one and run several commands in it: `project.clone().args(["plan", "-f", "x.yaml"]).run()`.
#[derive(Clone)]
pub(crate) struct Cli {
    folder: Arc<TempDir>,
    /// Working folder, relative to the folder.
    within: PathBuf,
    args: Vec<OsString>,
    env: Vec<(OsString, OsString)>,
    stdin: Option<String>,
    program: PathBuf,
    /// Wrapper that runs the program, with its arguments.
    runner: Vec<OsString>,
}

/// Result of a run. Every assertion shows all of it when it fails.
#[derive(Debug)]
#[must_use = "assert what the run gave"]
pub(crate) struct Output {
    /// Exit code; `None` if a signal ended the run.
    pub(crate) code: Option<i32>,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
}

impl Cli {
    /// Creates a run in a new, empty folder. The home and state folders of the program are in it
    /// too.
    pub(crate) fn new() -> Self {
        let folder = Arc::new(TempDir::new().unwrap());
        let home = folder.path().join(".home");
        fs::create_dir(&home).unwrap();
        let program = env!("CARGO_BIN_EXE_instancectl").into();
        let (args, env, runner) = (Vec::new(), Vec::new(), Vec::new());
        let within = PathBuf::new();
        let cli = Self { folder, within, args, env, stdin: None, program, runner };
        cli.env("HOME", &home).env("XDG_STATE_HOME", home.join("state"))
    }

    /// Adds arguments.
    pub(crate) fn args<A: Into<OsString>>(mut self, args: impl IntoIterator<Item = A>) -> Self {
        self.args.extend(args.into_iter().map(Into::into));
        self
    }

    /// Sets the working folder, relative to the folder.
    pub(crate) fn within(mut self, folder: &str) -> Self {
        self.within = folder.into();
        self
    }

    /// Sets an environment variable.
    pub(crate) fn env(mut self, name: impl Into<OsString>, value: impl Into<OsString>) -> Self {
        self.env.push((name.into(), value.into()));
        self
    }

    /// Runs another build of the program.
    pub(crate) fn program(self, program: impl Into<PathBuf>) -> Self {
        Self { program: program.into(), ..self }
    }

    /// Runs the program through another one, such as a tracer, whose arguments come before the
    /// program.
    pub(crate) fn under<A: Into<OsString>>(self, runner: impl IntoIterator<Item = A>) -> Self {
        Self { runner: runner.into_iter().map(Into::into).collect(), ..self }
    }

    /// Returns the environment of the program.
    pub(crate) fn environment(&self) -> Vec<(OsString, OsString)> {
        self.env.clone()
    }

    /// Sets the standard input of the program; empty by default.
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

    /// Returns a path in the folder.
    pub(crate) fn path(&self, name: impl AsRef<Path>) -> PathBuf {
        self.folder.path().join(name)
    }

    /// Returns the text of a file in the folder.
    #[track_caller]
    pub(crate) fn read(&self, name: impl AsRef<Path>) -> String {
        fs::read_to_string(self.path(name)).unwrap()
    }

    /// Runs the program to its end.
    #[track_caller]
    pub(crate) fn run(&self) -> Output {
        self.start().end()
    }

    /// Starts the program, for tests that signal it or inspect it while it runs.
    pub(crate) fn start(&self) -> Running {
        let mut child = self.spawn(Stdio::piped());
        let stdout = Stream::read(child.stdout.take().unwrap());
        let stderr = Stream::read(child.stderr.take().unwrap());
        Running { child, stdout, stderr, args: self.args.clone() }
    }

    /// Runs the program to its end with its standard output redirected.
    #[track_caller]
    pub(crate) fn run_into(&self, stdout: impl Into<Stdio>) -> Output {
        self.start_into(stdout).end()
    }

    /// Starts the program with its standard output redirected.
    pub(crate) fn start_into(&self, stdout: impl Into<Stdio>) -> Running {
        let mut child = self.spawn(stdout.into());
        let stderr = Stream::read(child.stderr.take().unwrap());
        let stdout = Stream::read(io::empty());
        Running { child, stdout, stderr, args: self.args.clone() }
    }

    /// Runs the program to its end with no reader of either stream; returns its exit code.
    pub(crate) fn run_unread(&self) -> Option<i32> {
        let closed = || io::pipe().unwrap().1;
        let mut command = self.command();
        command.stdout(closed()).stderr(closed());
        command.status().unwrap().code()
    }

    /// Runs the program to its end with both streams merged, as a terminal shows them.
    pub(crate) fn run_as_shown(&self) -> (Option<i32>, String) {
        let (mut reader, writer) = io::pipe().unwrap();
        let mut command = self.command();
        command.stdout(writer.try_clone().unwrap()).stderr(writer);
        let mut child = command.spawn().unwrap();
        // Its copies of the write end would keep the pipe open.
        drop(command);
        let mut shown = String::new();
        reader.read_to_string(&mut shown).unwrap();
        (child.wait().unwrap().code(), shown)
    }

    /// Runs the program to its end at a terminal and types a line; returns the exit code and the
    /// terminal output.
    pub(crate) fn run_at_terminal(&self, line: &str) -> (Option<i32>, String) {
        let mut terminal = self.start_at_terminal();
        terminal.types(line);
        terminal.end()
    }

    /// Starts the program at a terminal (with `script`, which every Linux has).
    pub(crate) fn start_at_terminal(&self) -> Terminal {
        let words = [OsString::from(env!("CARGO_BIN_EXE_instancectl"))];
        let words: Vec<_> =
            words.iter().chain(&self.args).map(|word| word.to_str().unwrap()).collect();
        let mut child = Command::new("script")
            .args(["-qec", &format!("exec {}", words.join(" ")), "/dev/null"])
            .current_dir(self.folder.path())
            .env_clear()
            .env("PATH", "/usr/bin:/bin")
            .envs(self.env.iter().cloned())
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let shown = Stream::read(child.stdout.take().unwrap());
        Terminal { keyboard: child.stdin.take(), child, shown }
    }

    fn spawn(&self, stdout: Stdio) -> Child {
        let mut child = self.command().stdout(stdout).stderr(Stdio::piped()).spawn().unwrap();
        if let (Some(mut pipe), Some(text)) = (child.stdin.take(), self.stdin.clone()) {
            // The program may exit without reading it.
            thread::spawn(move || pipe.write_all(text.as_bytes()));
        }
        child
    }

    fn command(&self) -> Command {
        let program = self.program.as_os_str();
        let mut words = self.runner.iter().map(OsString::as_os_str).chain([program]);
        let mut command = Command::new(words.next().expect("there is the program"));
        command
            .args(words)
            .args(&self.args)
            .current_dir(self.path(&self.within))
            .env_clear()
            .envs(self.env.iter().cloned())
            .stdin(if self.stdin.is_some() { Stdio::piped() } else { Stdio::null() });
        command
    }
}

/// The running program; it is killed on drop.
pub(crate) struct Running {
    child: Child,
    stdout: Stream,
    stderr: Stream,
    args: Vec<OsString>,
}

/// The program running at a terminal.
pub(crate) struct Terminal {
    child: Child,
    keyboard: Option<ChildStdin>,
    shown: Stream,
}

impl Terminal {
    /// Waits until the terminal shows a text.
    #[track_caller]
    pub(crate) fn until(&self, part: &str) -> String {
        self.shown.until(part)
    }

    /// Types a line.
    pub(crate) fn types(&mut self, line: &str) {
        self.keyboard.as_mut().unwrap().write_all(line.as_bytes()).unwrap();
    }

    /// Waits for the end; returns the exit code and the whole terminal output.
    #[track_caller]
    pub(crate) fn end(mut self) -> (Option<i32>, String) {
        drop(self.keyboard.take());
        let shown = self.shown.whole();
        (self.child.wait().unwrap().code(), shown)
    }
}

/// Output of one stream so far.
struct Stream(Arc<(Mutex<Gathered>, Condvar)>);

#[derive(Default)]
struct Gathered {
    bytes: Vec<u8>,
    ended: bool,
}

impl Running {
    /// Sends a signal, such as `INT`.
    pub(crate) fn signal(&self, name: &str) {
        let kill = format!("kill -s {name} {}", self.child.id());
        let status = Command::new("sh").args(["-c", &kill]).status().unwrap();
        assert!(status.success(), "`{kill}` failed");
    }

    /// Sends a signal if it has not ended yet.
    pub(crate) fn try_signal(&self, name: &str) {
        let kill = format!("kill -s {name} {} 2> /dev/null", self.child.id());
        let _ = Command::new("sh").args(["-c", &kill]).status();
    }

    /// Returns whether it has ended.
    pub(crate) fn has_ended(&mut self) -> bool {
        self.child.try_wait().unwrap().is_some()
    }

    /// Waits until standard output contains a text; returns its content at that time.
    #[track_caller]
    pub(crate) fn stdout_until(&self, part: &str) -> String {
        self.stdout.until(part)
    }

    /// Waits until standard error contains a text; returns its content at that time.
    #[track_caller]
    pub(crate) fn stderr_until(&self, part: &str) -> String {
        self.stderr.until(part)
    }

    /// Kills the program, as a power cut would.
    pub(crate) fn kill(mut self) -> Output {
        self.child.kill().unwrap();
        self.end()
    }

    /// Kills the program and everything that it started; it leads a session (`setsid`).
    pub(crate) fn kill_session(mut self) -> Output {
        let session = format!("kill -s KILL $(ps -s {} -o pid=)", self.child.id());
        // It may have exited already.
        let _ = Command::new("sh").args(["-c", &session]).stderr(Stdio::null()).status();
        let _ = self.child.kill();
        self.end()
    }

    /// Returns the process ID.
    pub(crate) fn id(&self) -> u32 {
        self.child.id()
    }

    /// Waits for the end.
    #[track_caller]
    pub(crate) fn end(self) -> Output {
        self.end_within(LONGEST_RUN)
    }

    /// Waits for the end, for at most this duration.
    #[track_caller]
    pub(crate) fn end_within(mut self, longest: Duration) -> Output {
        let deadline = Instant::now() + longest;
        let status = loop {
            if let Some(status) = self.child.try_wait().unwrap() {
                break status;
            }
            if Instant::now() > deadline {
                self.child.kill().unwrap();
                self.child.wait().unwrap();
                panic!("{:?} hangs; stderr: {}", self.args, self.stderr.whole());
            }
            thread::sleep(Duration::from_millis(2));
        };
        Output { code: status.code(), stdout: self.stdout.whole(), stderr: self.stderr.whole() }
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        // It may have exited already.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

impl Stream {
    fn read(mut pipe: impl Read + Send + 'static) -> Self {
        let stream = Self(Arc::default());
        let shared = Arc::clone(&stream.0);
        thread::spawn(move || {
            let mut buffer = [0; 1 << 13];
            loop {
                let length = pipe.read(&mut buffer).unwrap();
                let mut read = shared.0.lock().unwrap();
                read.bytes.extend_from_slice(&buffer[..length]);
                read.ended = length == 0;
                shared.1.notify_all();
                if read.ended {
                    return;
                }
            }
        });
        stream
    }

    #[track_caller]
    fn until(&self, part: &str) -> String {
        self.wait(|read| read.ended || String::from_utf8_lossy(&read.bytes).contains(part));
        let text = String::from_utf8(self.0.0.lock().unwrap().bytes.clone()).unwrap();
        assert!(text.contains(part), "expected {part:?}, the stream ended with {text:?}");
        text
    }

    #[track_caller]
    fn whole(&self) -> String {
        self.wait(|read| read.ended);
        String::from_utf8(self.0.0.lock().unwrap().bytes.clone()).unwrap()
    }

    #[track_caller]
    fn wait(&self, done: impl Fn(&Gathered) -> bool) {
        let read = self.0.0.lock().unwrap();
        let (read, waited) =
            self.0.1.wait_timeout_while(read, LONGEST_RUN, |read| !done(read)).unwrap();
        assert!(!waited.timed_out(), "the stream holds {:?}", String::from_utf8_lossy(&read.bytes));
    }
}

impl Output {
    /// Asserts the exit code and both streams, in full.
    #[track_caller]
    pub(crate) fn is(self, code: i32, stdout: &str, stderr: &str) -> Self {
        self.code(code).stdout(stdout).stderr(stderr)
    }

    /// Asserts the exit code.
    #[track_caller]
    pub(crate) fn code(self, code: i32) -> Self {
        assert!(self.code == Some(code), "expected exit code {code}, found {self:#?}");
        self
    }

    /// Asserts the full standard output.
    #[track_caller]
    pub(crate) fn stdout(self, text: &str) -> Self {
        assert!(self.stdout == text, "expected stdout {text:?}, found {self:#?}");
        self
    }

    /// Asserts that the full standard output says that nothing is to be created, and that the platform
    /// was not queried about the instances in the lock.
    #[track_caller]
    pub(crate) fn nothing_to_create(self, recorded: usize) -> Self {
        self.stdout(&nothing_to_create(recorded))
    }

    /// Asserts the full standard error.
    #[track_caller]
    pub(crate) fn stderr(self, text: &str) -> Self {
        assert!(self.stderr == text, "expected stderr {text:?}, found {self:#?}");
        self
    }

    /// Asserts a part of standard output.
    #[track_caller]
    pub(crate) fn stdout_has(self, part: &str) -> Self {
        assert!(self.stdout.contains(part), "expected {part:?} in stdout, found {self:#?}");
        self
    }

    /// Asserts a part of standard error.
    #[track_caller]
    pub(crate) fn stderr_has(self, part: &str) -> Self {
        assert!(self.stderr.contains(part), "expected {part:?} in stderr, found {self:#?}");
        self
    }

    /// Asserts that a text is in no stream, for secrets.
    #[track_caller]
    pub(crate) fn nowhere(self, part: &str) -> Self {
        let found = self.stdout.contains(part) || self.stderr.contains(part);
        assert!(!found, "expected no {part:?}, found {self:#?}");
        self
    }
}

/// Returns the totals of a plan that does nothing for the instances in the lock.
pub(crate) fn nothing_to_create(recorded: usize) -> String {
    format!("nothing to create: {recorded} recorded in the lock; `status` shows what runs\n")
}
