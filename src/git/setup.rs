//! The settings with which git merges locks and ignores the files next to them.

use std::fs::{self, OpenOptions};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use super::GitError;
use super::program::Git;

/// Name of the merge driver in `.gitattributes`.
const DRIVER: &str = "instancectl";
const DRIVER_KEY: &str = "merge.instancectl.driver";
const DRIVER_COMMAND: &str = "instancectl lock merge %O %A %B %P";

/// Result of the setup of a repository.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct GitSetup {
    /// Files to which lines were added.
    pub files: Vec<AddedLines>,
    /// Whether the merge driver of this clone was set.
    pub driver: bool,
}

/// Lines added to a file.
#[derive(Debug, PartialEq, Eq)]
pub struct AddedLines {
    /// The file.
    pub file: PathBuf,
    /// The lines.
    pub lines: Vec<String>,
}

/// Adds to `.gitignore` and `.gitattributes` next to a lock the lines that are not in effect yet, and
/// sets the merge driver of the clone unless it has one.
pub fn set_up_git(lock: &Path, sandbox_lock: &Path) -> Result<GitSetup, GitError> {
    let outside = || GitError::NotInRepository { lock: lock.to_owned() };
    let git = Git::next_to(lock)?;
    if git.try_text(["rev-parse", "--is-inside-work-tree"])?.as_deref() != Some("true") {
        return Err(outside());
    }
    let (name, sandbox) = (file_name(lock).ok_or_else(outside)?, file_name(sandbox_lock));
    let mut setup = GitSetup::default();
    let journal = format!("{name}.journal");
    let process_lock = format!("{name}.lk");
    let mut ignored = Vec::new();
    for (file, pattern) in [
        (journal.as_str(), "*.lock.journal"),
        (process_lock.as_str(), "*.lock.lk"),
        (sandbox.unwrap_or_default(), "*.sandbox.lock"),
    ] {
        if !is_ignored(&git, file)? {
            ignored.push(pattern.to_owned());
        }
    }
    setup.add(lock.with_file_name(".gitignore"), ignored)?;
    let merged = merge_attribute(&git, name)?.as_deref() == Some(DRIVER);
    let attribute = (!merged).then(|| format!("{} merge={DRIVER}", attribute_pattern(name)));
    setup.add(lock.with_file_name(".gitattributes"), attribute.into_iter().collect())?;
    if git.try_text(["config", "--get", DRIVER_KEY])?.is_none() {
        git.text(["config", "merge.instancectl.name", "merge of instancectl locks"])?;
        git.text(["config", DRIVER_KEY, DRIVER_COMMAND])?;
        setup.driver = true;
    }
    Ok(setup)
}

/// Returns whether the attributes of a lock name the merge driver and this clone does not have it: git
/// then merges the lock as text. Outside a repository, and without git, nothing names it.
pub fn lacks_merge_driver(lock: &Path) -> bool {
    let lacks = || -> Result<bool, GitError> {
        let git = Git::next_to(lock)?;
        let name = file_name(lock).unwrap_or_default();
        let named = merge_attribute(&git, name)?.as_deref() == Some(DRIVER);
        Ok(named && git.try_text(["config", "--get", DRIVER_KEY])?.is_none())
    };
    lacks().unwrap_or(false)
}

impl GitSetup {
    fn add(&mut self, file: PathBuf, lines: Vec<String>) -> Result<(), GitError> {
        if lines.is_empty() {
            return Ok(());
        }
        if let Err(error) = append(&file, &lines) {
            return Err(GitError::SettingsUnwritable { file, cause: error.to_string() });
        }
        self.files.push(AddedLines { file, lines });
        Ok(())
    }
}

fn file_name(path: &Path) -> Option<&str> {
    path.file_name()?.to_str()
}

/// Returns whether a `.gitignore` of the repository makes git ignore a file. The user's own exclude
/// files do not count: other clones lack them.
fn is_ignored(git: &Git, name: &str) -> Result<bool, GitError> {
    let args = ["check-ignore", "--no-index", "--verbose", "-z", "--stdin"];
    let output = git.with_input(&args, format!("{name}\0").as_bytes())?;
    if !matches!(output.code, Some(0 | 1)) {
        return Err(output.into_command_error(&args));
    }
    let text = String::from_utf8_lossy(&output.stdout);
    let mut fields = text.split('\0');
    let (source, pattern) = (fields.next().unwrap_or_default(), fields.nth(1).unwrap_or_default());
    let source = Path::new(source);
    let is_shared = source.is_relative() && source.ends_with(".gitignore");
    Ok(is_shared && !pattern.starts_with('!'))
}

/// Returns the value of the attribute `merge` of a file.
fn merge_attribute(git: &Git, name: &str) -> Result<Option<String>, GitError> {
    let output = git.try_text(["check-attr", "-z", "merge", "--", name])?;
    Ok(output.and_then(|text| text.split('\0').nth(2).map(str::to_owned)))
}

/// Returns the pattern that matches exactly this file name in `.gitattributes`.
fn attribute_pattern(name: &str) -> String {
    let mut pattern = String::new();
    for c in name.chars() {
        if matches!(c, '*' | '?' | '[' | '\\') || (pattern.is_empty() && matches!(c, '!' | '#')) {
            pattern.push('\\');
        }
        pattern.push(c);
    }
    if !pattern.contains([' ', '\t', '"']) {
        return pattern;
    }
    format!("\"{}\"", pattern.replace('\\', "\\\\").replace('"', "\\\""))
}

/// Appends lines with the line ends of the file, after completing its last line.
fn append(file: &Path, lines: &[String]) -> io::Result<()> {
    let present = match fs::read(file) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => Vec::new(),
        present => present?,
    };
    let end = if present.windows(2).any(|pair| pair == b"\r\n") { "\r\n" } else { "\n" };
    let is_cut = !present.is_empty() && !present.ends_with(b"\n");
    let mut text = if is_cut { end.to_owned() } else { String::new() };
    for line in lines {
        text.push_str(line);
        text.push_str(end);
    }
    OpenOptions::new().append(true).create(true).open(file)?.write_all(text.as_bytes())
}

#[cfg(test)]
mod tests {
    use super::attribute_pattern;

    #[test]
    fn patterns_match_only_their_file() {
        for (name, pattern) in [
            ("instances.lock", "instances.lock"),
            ("训练.lock", "训练.lock"),
            ("my runs.lock", r#""my runs.lock""#),
            ("#a[1].lock", r"\#a\[1].lock"),
            (r#"a "b"*.lock"#, r#""a \"b\"\\*.lock""#),
        ] {
            assert_eq!(attribute_pattern(name), pattern);
        }
    }
}
