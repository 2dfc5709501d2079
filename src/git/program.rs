//! Runs the `git` program.

use std::ffi::OsStr;
use std::io::{self, IsTerminal, Read, Write};
use std::os::unix::process::CommandExt;
use std::path::{self, Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::{Arc, OnceLock, mpsc};
use std::time::{Duration, Instant};
use std::{env, thread};

use super::GitError;

/// The oldest git with everything that is used here.
pub(crate) const OLDEST_VERSION: (u32, u32) = (2, 30);
/// Maximum time to wait for more output of a process that has ended.
const MAX_SILENCE: Duration = Duration::from_secs(2);
/// Maximum time of a local command.
const LOCAL_TIMEOUT: Duration = Duration::from_mins(5);

/// Returns the maximum time of a command that talks to the remote. Tests make it shorter.
pub(super) fn remote_timeout() -> Duration {
    let given = || env::var("INSTANCECTL_TEST_GIT_TIMEOUT").ok()?.parse().ok();
    let given = if cfg!(debug_assertions) { given() } else { None };
    given.map_or(Duration::from_mins(2), Duration::from_millis)
}

/// Variables of git whose paths are relative to the directory of this process, as in git's hooks.
const PATH_VARIABLES: &[&str] = &["GIT_DIR", "GIT_WORK_TREE", "GIT_COMMON_DIR", "GIT_INDEX_FILE"];

/// git in one directory.
#[derive(Debug, Clone)]
pub(super) struct Git {
    directory: PathBuf,
    /// Author and committer of commits, once they are known.
    pub(super) identities: Arc<OnceLock<[String; 2]>>,
    /// Whether it runs for a thread in the background.
    in_background: bool,
}

/// Result of a git command.
#[derive(Debug)]
pub(super) struct Output {
    /// Its exit status; `None` if it was ended by a signal or took too long.
    pub(super) code: Option<i32>,
    pub(super) stdout: Vec<u8>,
    /// Its messages, without the passwords in addresses.
    pub(super) stderr: String,
    pub(super) timed_out: bool,
}

impl Git {
    /// Uses git in the directory of a file, after checking its version once.
    pub(super) fn next_to(file: &Path) -> Result<Self, GitError> {
        static CHECKED: OnceLock<Result<(), GitError>> = OnceLock::new();
        let directory = file.parent().filter(|parent| !parent.as_os_str().is_empty());
        let directory = directory.unwrap_or(Path::new(".")).to_owned();
        let git = Self { directory, identities: Arc::default(), in_background: false };
        CHECKED.get_or_init(|| git.check_version()).clone()?;
        Ok(git)
    }

    /// Returns the path of a file that git names relative to the directory.
    pub(super) fn resolve(&self, path: &str) -> PathBuf {
        self.directory.join(path)
    }

    /// Returns git for a thread in the background: a signal that the terminal sends to this program does
    /// not reach it, and it asks nothing.
    pub(super) fn in_background(&self) -> Self {
        Self { in_background: true, ..self.clone() }
    }

    fn check_version(&self) -> Result<(), GitError> {
        let found = self.text(["--version"])?;
        let version = found.strip_prefix("git version ").unwrap_or(&found);
        let mut numbers = version.split('.').map(str::parse::<u32>);
        match (numbers.next(), numbers.next()) {
            (Some(Ok(major)), Some(Ok(minor))) if (major, minor) < OLDEST_VERSION => {
                Err(GitError::TooOld { found: version.to_owned() })
            }
            _ => Ok(()),
        }
    }

    /// Runs a local command that must succeed; returns its output without the last line end.
    pub(super) fn text<'a>(
        &self,
        args: impl IntoIterator<Item = &'a str>,
    ) -> Result<String, GitError> {
        let args: Vec<&str> = args.into_iter().collect();
        let output = self.run(&args, b"", LOCAL_TIMEOUT)?;
        match output.code {
            Some(0) => {}
            Some(_) => return Err(output.into_command_error(&args)),
            // That it was ended says nothing about what it was asked.
            None => return Err(GitError::CannotRun { cause: output.cause() }),
        }
        let text = String::from_utf8_lossy(&output.stdout);
        Ok(text.strip_suffix('\n').unwrap_or(&text).to_owned())
    }

    /// Runs a local command; `None` if it fails, for questions that may have no answer.
    pub(super) fn try_text<'a>(
        &self,
        args: impl IntoIterator<Item = &'a str>,
    ) -> Result<Option<String>, GitError> {
        match self.text(args) {
            Ok(text) => Ok(Some(text)),
            Err(GitError::Command { .. }) => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// Returns the contents of these objects, in one process.
    pub(super) fn blobs(
        &self,
        objects: impl Iterator<Item = String>,
    ) -> Result<Vec<Vec<u8>>, GitError> {
        let input: String = objects.map(|object| object + "\n").collect();
        let count = input.lines().count();
        if count == 0 {
            return Ok(Vec::new());
        }
        let args = ["cat-file", "--batch"];
        let output = self.run(&args, input.as_bytes(), LOCAL_TIMEOUT)?;
        let mut rest = &output.stdout[..];
        let mut blobs = Vec::new();
        while let Some(end) = rest.iter().position(|byte| *byte == b'\n') {
            let head = String::from_utf8_lossy(&rest[..end]);
            let size = head.rsplit(' ').next().and_then(|size| size.parse::<usize>().ok());
            let content = size.and_then(|size| rest.get(end + 1..end + 1 + size));
            let Some(content) = content else { break };
            blobs.push(content.to_vec());
            rest = rest.get(end + content.len() + 2..).unwrap_or_default();
        }
        if output.code != Some(0) || blobs.len() != count {
            return Err(output.into_command_error(&args));
        }
        Ok(blobs)
    }

    /// Runs a local command with this standard input.
    pub(super) fn with_input(&self, args: &[&str], input: &[u8]) -> Result<Output, GitError> {
        self.run(args, input, LOCAL_TIMEOUT)
    }

    /// Runs a command with this standard input, for at most this time.
    pub(super) fn run(
        &self,
        args: &[impl AsRef<OsStr>],
        input: &[u8],
        timeout: Duration,
    ) -> Result<Output, GitError> {
        let mut command = Command::new("git");
        command
            .args(["-c", "gc.auto=0", "-c", "maintenance.auto=false", "-c", "core.quotePath=false"])
            .args(["-c", "color.ui=false"])
            .args(args)
            .current_dir(&self.directory)
            .env("LC_ALL", "C")
            .env("GIT_OPTIONAL_LOCKS", "0")
            .stdin(if input.is_empty() { Stdio::null() } else { Stdio::piped() })
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        for name in PATH_VARIABLES {
            if let Some(Ok(path)) = env::var_os(name).map(path::absolute) {
                command.env(name, path);
            }
        }
        if self.in_background {
            // Otherwise ssh asks for a passphrase at the terminal, and waits there.
            command
                .process_group(0)
                .env("SSH_ASKPASS_REQUIRE", "force")
                .env("SSH_ASKPASS", "false");
        }
        // A question would stay unanswered there: a job would wait until it is ended.
        if self.in_background || !io::stdin().is_terminal() {
            command.env("GIT_TERMINAL_PROMPT", "0").env("GCM_INTERACTIVE", "never");
        }
        let child = command.spawn().map_err(|error| match error.kind() {
            io::ErrorKind::NotFound if self.directory.is_dir() => GitError::Missing,
            _ => GitError::CannotRun { cause: error.to_string() },
        })?;
        finish(child, input.to_vec(), timeout)
            .map_err(|error| GitError::CannotRun { cause: error.to_string() })
    }
}

/// Waits for a process, feeding its input and collecting its output meanwhile.
fn finish(mut child: Child, input: Vec<u8>, timeout: Duration) -> io::Result<Output> {
    if let Some(mut stdin) = child.stdin.take() {
        // A process that exits early does not read all of it; its exit status reports that.
        thread::Builder::new().spawn(move || drop(stdin.write_all(&input)))?;
    }
    let (stdout, stderr) = (collect(child.stdout.take())?, collect(child.stderr.take())?);
    let begun = Instant::now();
    let mut pause = Duration::from_micros(200);
    let code = loop {
        match child.try_wait() {
            Ok(Some(status)) => break status.code(),
            Ok(None) if begun.elapsed() < timeout => thread::sleep(pause),
            _ => {
                // Helpers of git may keep the pipes open, so their output is not awaited.
                let _ = child.kill();
                let _ = child.wait();
                let stderr = String::new();
                return Ok(Output { code: None, stdout: Vec::new(), stderr, timed_out: true });
            }
        }
        pause = (pause * 2).min(Duration::from_millis(5));
    };
    let stderr = without_passwords(&String::from_utf8_lossy(&received(&stderr)));
    Ok(Output { code, stdout: received(&stdout), stderr, timed_out: false })
}

/// Reads a pipe on a thread; sends what it read so far each time.
fn collect(pipe: Option<impl Read + Send + 'static>) -> io::Result<mpsc::Receiver<Vec<u8>>> {
    let (sender, receiver) = mpsc::channel();
    let Some(mut pipe) = pipe else { return Ok(receiver) };
    thread::Builder::new().spawn(move || {
        let mut buffer = vec![0; 1 << 16];
        while let Ok(size @ 1..) = pipe.read(&mut buffer) {
            if sender.send(buffer[..size].to_vec()).is_err() {
                return;
            }
        }
    })?;
    Ok(receiver)
}

/// Returns the output of a process that has ended. A helper that it left behind may keep the pipe open.
fn received(receiver: &mpsc::Receiver<Vec<u8>>) -> Vec<u8> {
    let mut bytes = Vec::new();
    while let Ok(part) = receiver.recv_timeout(MAX_SILENCE) {
        bytes.extend(part);
    }
    bytes
}

/// Removes user names and passwords from the addresses in a text.
pub fn without_passwords(text: &str) -> String {
    let mut parts = text.split("://");
    let mut clean = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        clean.push_str("://");
        clean.push_str(&part[login(part)..]);
    }
    clean
}

/// Returns the length of the login at the beginning of an address, with its `@`.
fn login(address: &str) -> usize {
    let end = |stops: &[char]| address.find(stops).unwrap_or(address.len());
    let authority = &address[..end(&['/', '\'', ' ', '\n', '\t'])];
    if let Some(at) = authority.rfind('@') {
        return at + 1;
    }
    // A password may have a slash.
    let has_password = authority
        .split_once(':')
        .is_some_and(|(_, port)| !port.bytes().all(|byte| byte.is_ascii_digit()));
    let line = &address[..end(&[' ', '\n', '\t'])];
    line.rfind('@').filter(|_| has_password).map_or(0, |at| at + 1)
}

impl Output {
    /// Returns the error of a local command that failed.
    pub(super) fn into_command_error(self, args: &[&str]) -> GitError {
        let command = args.iter().find(|arg| !arg.starts_with('-') && !arg.contains('='));
        let command = command.map_or_else(String::new, |arg| (*arg).to_owned());
        GitError::Command { command, cause: self.cause() }
    }

    /// Returns git's message: the line with the error if there is one, otherwise the last one.
    pub(super) fn cause(&self) -> String {
        let lines = || self.stderr.lines().map(str::trim).filter(|line| !line.is_empty());
        let mut fatal = lines().filter_map(|line| line.strip_prefix("fatal: ")).collect::<Vec<_>>();
        let error = lines().find_map(|line| line.strip_prefix("error: "));
        if error.is_some() {
            // The error says why.
            fatal.retain(|line| !line.contains("hung up unexpectedly"));
        }
        let found = fatal.first().copied().or(error).or_else(|| lines().next_back());
        found.unwrap_or("it ended without a message").to_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::without_passwords;

    #[test]
    fn passwords_in_addresses_are_removed() {
        let text =
            "fatal: unable to access 'https://user:p@ss@git.example/x.git/': no\nhttp://a/b@c";
        let clean = "fatal: unable to access 'https://git.example/x.git/': no\nhttp://a/b@c";
        assert_eq!(without_passwords(text), clean);
        assert_eq!(without_passwords("to https://u:pa/ss@host/x y@z"), "to https://host/x y@z");
        assert_eq!(without_passwords("ssh://host:22/a@b"), "ssh://host:22/a@b");
    }
}
