//! From the `-f` arguments to the manifests.

use std::collections::HashSet;
use std::ffi::OsStr;
use std::fs::{self, File};
use std::io::{self, Read};
use std::os::unix::ffi::OsStrExt;
use std::path::{Component, Path, PathBuf};

use glob::{MatchOptions, Pattern};
use walkdir::{DirEntry, WalkDir};

use super::error::CommandError;
use crate::output::{CommandProblem, GlobFault, PathProblem};
use crate::source::{EncodingError, MAX_BYTES, SourceFile, Span};

/// Name of standard input in messages.
const STDIN_NAME: &str = "<stdin>";

/// Name of the manifest that `init` writes, and that a command without one uses.
pub(super) const DEFAULT_MANIFEST: &str = "instances.yaml";

/// All names of a manifest that a command without one uses.
const DEFAULT_NAMES: [&str; 3] = [DEFAULT_MANIFEST, "instances.yml", "instances.json"];

/// As in shells, a wildcard matches neither a slash nor the leading dot of a hidden name.
const GLOB: MatchOptions = MatchOptions {
    case_sensitive: true,
    require_literal_separator: true,
    require_literal_leading_dot: true,
};

/// One manifest: its path and its text.
#[derive(Debug)]
pub(super) struct Input {
    /// Its path; `None` for standard input.
    pub(super) path: Option<PathBuf>,
    /// Its text.
    pub(super) source: SourceFile,
    /// Encoding error, if its bytes are not text.
    pub(super) unreadable: Option<(EncodingError, Span)>,
}

/// Finds and reads the manifests that `names` select, each once: files, directories (their
/// `*.yaml` and `*.yml`), globs, and `-` for standard input.
pub(super) fn read(names: &[PathBuf], recursive: bool) -> Result<Vec<Input>, CommandError> {
    paths(names, recursive)?.into_iter().map(read_one).collect()
}

/// Returns the paths that `names` select, each file once; `None` is standard input.
pub(super) fn paths(
    names: &[PathBuf],
    recursive: bool,
) -> Result<Vec<Option<PathBuf>>, CommandError> {
    let mut paths = Vec::new();
    for name in names {
        if is_stdin(name) {
            paths.push(None);
        } else {
            paths.extend(expand(name, recursive)?.into_iter().map(Some));
        }
    }
    let mut observed = HashSet::new();
    paths.retain(|path| {
        let real =
            path.as_ref().map(|path| fs::canonicalize(path).unwrap_or_else(|_| path.clone()));
        observed.insert(real)
    });
    Ok(paths)
}

/// Reads the paths in a list, one per line or, as `find -print0` and `git ls-files -z` write them,
/// each terminated by a NUL; `-` is standard input.
pub(super) fn read_list(list: &Path) -> Result<Vec<PathBuf>, CommandError> {
    let bytes = read_bytes(Some(list).filter(|list| !is_stdin(list)), u64::MAX);
    let bytes =
        bytes.map_err(|error| CommandError::path(list, PathProblem::ListUnreadable(error)))?;
    let text = bytes.strip_prefix("\u{feff}".as_bytes()).unwrap_or(&bytes);
    let by_nul = text.contains(&0);
    let paths = text.split(|&byte| byte == if by_nul { 0 } else { b'\n' });
    let paths = paths.map(|path| if by_nul { path } else { path.trim_ascii_end() });
    let paths = paths.filter(|path| !path.is_empty());
    Ok(paths.map(|path| PathBuf::from(OsStr::from_bytes(path))).collect())
}

/// Returns the manifest of the working directory, for a command that names none.
/// `names` are its other arguments: one of them may be the manifest, without its `-f`.
pub(super) fn default_manifest(names: &[String]) -> Result<PathBuf, CommandError> {
    find_default_manifest()?.ok_or_else(|| {
        let file = names.iter().find(|name| is_input(name)).cloned();
        CommandProblem::NoDefaultManifest { names: DEFAULT_NAMES, file }.into()
    })
}

/// Returns the manifest of the working directory, if there is one, for a command that needs none.
pub(super) fn find_default_manifest() -> Result<Option<PathBuf>, CommandError> {
    match &manifests_here()[..] {
        [path] => Ok(Some(path.clone())),
        [] => Ok(None),
        [one, other, ..] => {
            Err(CommandProblem::SeveralDefaultManifests([one.clone(), other.clone()]).into())
        }
    }
}

/// Returns whether an unknown name could be a manifest without its `-f`.
pub(super) fn is_input(name: &str) -> bool {
    name == "-" || Path::new(name).exists()
}

/// Returns the manifests of the working directory that have a default name.
pub(super) fn manifests_here() -> Vec<PathBuf> {
    DEFAULT_NAMES.map(PathBuf::from).into_iter().filter(|path| path.is_file()).collect()
}

/// Returns the absolute path of a file, without links in its directories. `None` if the directory does
/// not exist.
pub(super) fn absolute_path(file: &Path) -> Option<PathBuf> {
    let folder = file.parent()?;
    let folder = if folder.as_os_str().is_empty() { Path::new(".") } else { folder };
    Some(fs::canonicalize(folder).ok()?.join(file.file_name()?))
}

/// Checks whether a name means standard input.
pub(super) fn is_stdin(name: &Path) -> bool {
    name.as_os_str() == "-"
}

/// Reads at most `limit` bytes of a file; `None` is standard input.
pub(super) fn read_bytes(file: Option<&Path>, limit: u64) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    if let Some(file) = file {
        let file = File::open(file)?;
        let size = file.metadata().map_or(0, |found| found.len());
        bytes.try_reserve(usize::try_from(size.min(limit)).unwrap_or_default())?;
        file.take(limit).read_to_end(&mut bytes)?;
    } else {
        io::stdin().lock().take(limit).read_to_end(&mut bytes)?;
    }
    Ok(bytes)
}

fn expand(path: &Path, recursive: bool) -> Result<Vec<PathBuf>, CommandError> {
    // A glob is UTF-8 text; a name that is not is taken literally.
    let glob = path.to_str().filter(|name| name.contains(['*', '?', '[']));
    match (fs::metadata(path), glob) {
        (Ok(found), _) if found.is_dir() => {
            let files = manifests_in(path, recursive).map_err(|error| {
                CommandError::path(path, PathProblem::DirectoryUnreadable(error.into()))
            })?;
            if files.is_empty() {
                return Err(CommandError::path(path, PathProblem::HasNoManifest { recursive }));
            }
            Ok(files)
        }
        (Ok(_), _) => Ok(vec![path.to_owned()]),
        (Err(_), Some(glob)) => expand_glob(glob),
        (Err(error), None) => {
            let bytes = path.as_os_str().as_bytes();
            let quoted_by_git = bytes.starts_with(b"\"") && bytes.ends_with(b"\"");
            Err(CommandError::path(path, PathProblem::Unreadable { error, quoted_by_git }))
        }
    }
}

/// Returns the regular files that a glob matches, sorted by path; a name that is not UTF-8 is matched
/// as displayed. Unreadable directories count as empty, as in a shell.
fn expand_glob(text: &str) -> Result<Vec<PathBuf>, CommandError> {
    let glob = text.to_owned();
    let parts: Vec<_> = Path::new(text).components().collect();
    let whole: PathBuf = parts.iter().collect();
    let pattern = match Pattern::new(&whole.to_string_lossy()) {
        Ok(pattern) => pattern,
        Err(error) => {
            let fault = glob_fault(&whole.to_string_lossy(), error.pos);
            return Err(CommandProblem::InvalidGlob { glob, fault }.into());
        }
    };
    let is_literal = |part: &Component<'_>| {
        !part.as_os_str().as_encoded_bytes().iter().any(|byte| b"*?[".contains(byte))
    };
    let literal = parts.iter().take_while(|part| is_literal(part)).count();
    let folder: PathBuf = parts[..literal].iter().collect();
    let is_deep = text.contains("**");
    // A link to a directory is followed where the glob names its level: below it, links could form
    // a cycle.
    let walk = WalkDir::new(if literal == 0 { Path::new(".") } else { &folder })
        .min_depth(1)
        .max_depth(if is_deep { usize::MAX } else { parts.len() - literal })
        .follow_links(!is_deep)
        .sort_by_file_name();
    let names_hidden = parts.iter().any(|part| part.as_os_str().as_encoded_bytes()[0] == b'.');
    let walk = walk.into_iter().filter_entry(|entry| {
        entry.depth() == 0
            || names_hidden
            || !entry.file_name().as_encoded_bytes().starts_with(b".")
    });
    let paths = walk.filter_map(Result::ok).map(DirEntry::into_path);
    let paths = paths.map(|path| match literal {
        0 => path.strip_prefix(".").map(Path::to_owned).unwrap_or(path),
        _ => path,
    });
    // With a trailing slash, a name is that of a directory.
    let fits = |path: &PathBuf| {
        !text.ends_with('/') && pattern.matches_with(&path.to_string_lossy(), GLOB)
    };
    let mut files: Vec<_> = paths.filter(fits).filter(|path| path.is_file()).collect();
    if files.is_empty() {
        return Err(CommandProblem::GlobMatchesNothing { glob }.into());
    }
    files.sort();
    Ok(files)
}

/// Returns what is wrong at a character of a glob.
fn glob_fault(glob: &str, position: usize) -> GlobFault {
    let chars: Vec<char> = glob.chars().collect();
    match (&chars[..position], chars.get(position)) {
        ([.., '*', '*'], Some('*')) => GlobFault::ThreeStars,
        ([.., '*', '*'], _) => GlobFault::StarsInName,
        (_, Some('[')) => GlobFault::UnclosedBracket,
        _ => GlobFault::StarsInName,
    }
}

/// Returns the YAML files of a directory, sorted by path, without those that are hidden.
fn manifests_in(folder: &Path, recursive: bool) -> walkdir::Result<Vec<PathBuf>> {
    let walk = WalkDir::new(folder).min_depth(1).max_depth(if recursive { usize::MAX } else { 1 });
    // Links to directories are not followed: they could form a cycle.
    let walk = walk.sort_by_file_name().into_iter().filter_entry(|entry| {
        entry.depth() == 0 || !entry.file_name().as_encoded_bytes().starts_with(b".")
    });
    let is_manifest = |entry: &DirEntry| {
        let extension = entry.path().extension();
        extension.is_some_and(|end| end == "yaml" || end == "yml") && entry.path().is_file()
    };
    let mut files = Vec::new();
    for entry in walk {
        let entry = entry?;
        if is_manifest(&entry) {
            files.push(entry.into_path());
        }
    }
    Ok(files)
}

fn read_one(path: Option<PathBuf>) -> Result<Input, CommandError> {
    let name =
        path.as_ref().map_or_else(|| STDIN_NAME.to_owned(), |path| path.display().to_string());
    // One more byte shows that it is too large.
    let bytes = read_bytes(path.as_deref(), MAX_BYTES as u64 + 1);
    let bytes = bytes.map_err(|error| {
        let problem = PathProblem::Unreadable { error, quoted_by_git: false };
        CommandError::path(Path::new(&name), problem)
    })?;
    let (source, unreadable) = SourceFile::from_bytes(name, bytes);
    Ok(Input { path, source, unreadable })
}
