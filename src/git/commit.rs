//! Commits that are written without a work tree or an index.

use std::fmt::Write as _;
use std::time::{SystemTime, UNIX_EPOCH};

use super::GitError;
use super::program::Git;
use super::repository::ObjectId;

/// Author and committer if none is configured.
const FALLBACK_IDENTITY: &str = "instancectl <instancectl@localhost>";

/// A commit to write.
pub(super) struct NewCommit<'a> {
    /// The ref that keeps the commit here, so that git does not remove it.
    pub(super) keep: &'a str,
    /// Its parent; its tree is that of the parent with the files.
    pub(super) parent: Option<&'a str>,
    /// Paths and contents of the files that differ from the parent's.
    pub(super) files: &'a [(String, Vec<u8>)],
    pub(super) message: &'a str,
    /// Whether the tree holds only the files.
    pub(super) clear: bool,
}

impl NewCommit<'_> {
    /// Writes the commit, in one process however many files it has.
    pub(super) fn write(&self, git: &Git) -> Result<ObjectId, GitError> {
        let now = SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |time| time.as_secs());
        let mut stream = format!("feature done\ncommit {}\nmark :1\n", self.keep);
        let [author, committer] = identities(git)?;
        let _ = writeln!(stream, "author {author} {now} +0000");
        let _ = writeln!(stream, "committer {committer} {now} +0000");
        let _ = writeln!(stream, "data {}\n{}", self.message.len(), self.message);
        if let Some(parent) = self.parent {
            let _ = writeln!(stream, "from {parent}");
        }
        if self.clear {
            stream.push_str("deleteall\n");
        }
        let mut stream = stream.into_bytes();
        for (path, content) in self.files {
            stream.extend(format!("M 100644 inline {}\n", quoted(path)).bytes());
            stream.extend(format!("data {}\n", content.len()).bytes());
            stream.extend(content);
            stream.push(b'\n');
        }
        stream.extend(b"get-mark :1\ndone\n");
        let args = ["fast-import", "--quiet", "--force", "--date-format=raw"];
        let output = git.with_input(&args, &stream)?;
        let id = String::from_utf8_lossy(&output.stdout).trim().to_owned();
        if output.code != Some(0) || id.is_empty() {
            return Err(output.into_command_error(&args));
        }
        Ok(id)
    }

    /// Writes the commit, signed if the user's settings ask for it and a key is at hand.
    pub(super) fn write_signed(&self, git: &Git) -> Result<ObjectId, GitError> {
        let id = self.write(git)?;
        let signs = git.try_text(["config", "--type=bool", "--get", "commit.gpgSign"])?;
        if signs.as_deref() != Some("true") {
            return Ok(id);
        }
        let identity = ["author", "committer"].into_iter().zip(identities(git)?);
        let settings = identity.flat_map(|(role, identity)| {
            let (name, address) = identity.split_once(" <").unwrap_or((&identity, ">"));
            let address = address.trim_end_matches('>');
            [format!("{role}.name={name}"), format!("{role}.email={address}")]
        });
        let settings: Vec<String> = settings.collect();
        let mut args: Vec<&str> = settings.iter().flat_map(|one| ["-c", one]).collect();
        let tree = format!("{id}^{{tree}}");
        args.extend(["-c", "i18n.commitEncoding=UTF-8", "commit-tree", "-S", "-m", self.message]);
        args.extend(self.parent.iter().flat_map(|parent| ["-p", parent]));
        args.push(&tree);
        // Without the key, as on a runner, the remote decides whether it takes the commit.
        Ok(git.try_text(args)?.unwrap_or(id))
    }
}

/// Returns author and committer.
fn identities(git: &Git) -> Result<[String; 2], GitError> {
    if let Some(known) = git.identities.get() {
        return Ok(known.clone());
    }
    let found = [identity(git, "GIT_AUTHOR_IDENT")?, identity(git, "GIT_COMMITTER_IDENT")?];
    Ok(git.identities.get_or_init(|| found).clone())
}

/// Returns the configured name and address, without the time that git adds.
fn identity(git: &Git, variable: &str) -> Result<String, GitError> {
    let configured = git.try_text(["-c", "user.useConfigOnly=true", "var", variable])?;
    let name = configured.as_deref().and_then(|ident| ident.rfind('>').map(|end| &ident[..=end]));
    Ok(name.unwrap_or(FALLBACK_IDENTITY).to_owned())
}

/// Quotes a path as git's stream format asks for.
fn quoted(path: &str) -> String {
    let mut text = String::from("\"");
    for c in path.chars() {
        match c {
            '"' | '\\' => text.extend(['\\', c]),
            '\n' => text.push_str("\\n"),
            _ => text.push(c),
        }
    }
    text.push('"');
    text
}
