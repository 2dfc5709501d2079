//! `validate --fix` and `--diff`: writes, or shows, the sure edits.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Write};
use std::os::unix::fs::chown;
use std::os::unix::fs::{MetadataExt, OpenOptionsExt};
use std::path::{Path, PathBuf};

use super::inputs::Input;
use super::validate::{check, paths_in_repository, tell};
use super::{Exit, Failure};
use crate::cli::{Format, Reports, Validate};
use crate::report::{Console, FileReport, Findings};
use crate::validate::{self, Edit, Policy};

/// A file that was looked through: as it is, as it is to be, and what remains wrong.
struct Mended {
    path: Option<PathBuf>,
    name: String,
    old: String,
    edits: Vec<Edit>,
    report: FileReport,
}

pub(super) fn run(
    args: &Validate,
    inputs: Vec<Input>,
    policy: &Policy,
    console: &mut Console,
) -> Result<Exit, Failure> {
    let stdin = inputs.iter().any(|input| input.path.is_none());
    let targets = &args.reports.0;
    let paths = paths_in_repository(&inputs);
    let reported = *targets != Reports::default().0;
    if stdin && (inputs.len() > 1 || reported) {
        return Err(Failure::usage(
            "the edited text of standard input goes to standard output, and nothing else",
        ));
    }
    let mended: Vec<Mended> = inputs.into_iter().map(|input| mend(input, policy)).collect();
    let valid = mended.iter().all(|file| file.report.checked.manifest.is_some());
    let exit = |done: bool| if done { Exit::Done } else { Exit::Invalid };
    if args.diff {
        for file in mended.iter().filter(|file| !file.edits.is_empty()) {
            console.difference(&file.name, &file.old, file.report.source.text())?;
        }
        let edits = mended.iter().map(|file| file.edits.len()).sum();
        let reports: Vec<FileReport> = mended.into_iter().map(|file| file.report).collect();
        console.would_fix(edits, &reports)?;
        return Ok(exit(valid && edits == 0));
    }
    for file in &mended {
        match &file.path {
            Some(path) if !file.edits.is_empty() => {
                write(path, &file.old, file.report.source.text()).map_err(|error| {
                    let shown = path.display();
                    Failure::usage(format!("cannot write {shown}: {error}"))
                        .with_help("nothing of it was changed")
                })?;
            }
            Some(_) => {}
            None => console.result(file.report.source.text())?,
        }
        console.edits(&file.name, &file.edits)?;
    }
    let reports: Vec<FileReport> = mended.into_iter().map(|file| file.report).collect();
    if stdin {
        console.invalid(&reports, Format::Human)?;
    } else {
        tell(targets, Findings { files: &reports, paths: &paths }, console)?;
    }
    Ok(exit(valid))
}

fn mend(input: Input, policy: &Policy) -> Mended {
    let Input { path, source, unreadable } = input;
    let (name, old) = (source.name().to_owned(), source.text().to_owned());
    if unreadable.is_some() {
        let report = check(Input { path: path.clone(), source, unreadable }, policy);
        return Mended { path, name, old, edits: Vec::new(), report };
    }
    let fixed = validate::fix(source, policy);
    let report = FileReport { source: fixed.source, checked: fixed.checked };
    Mended { path, name, old, edits: fixed.edits, report }
}

/// Puts a text in the place of a file: beside it, then over it, so that nobody ever sees half of
/// it. A link is followed; mode and owner stay. Refused where the file is not what was read.
fn write(path: &Path, old: &str, new: &str) -> io::Result<()> {
    let path = fs::canonicalize(path)?;
    let known = fs::metadata(&path)?;
    if !known.is_file() {
        return Err(io::Error::other("it is no regular file"));
    }
    // What may not be written to is not replaced either.
    OpenOptions::new().append(true).open(&path)?;
    let folder = path.parent().unwrap_or(Path::new("/"));
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    let beside = folder.join(format!(".{name}.{}.new", std::process::id()));
    let result = (|| {
        let mut file = OpenOptions::new().write(true).create_new(true).mode(0o600).open(&beside)?;
        file.write_all(new.as_bytes())?;
        // Only its owner's own files keep their owner for certain; the mode always stays.
        let _ = chown(&beside, Some(known.uid()), Some(known.gid()));
        file.set_permissions(known.permissions())?;
        file.sync_all()?;
        if fs::read(&path)? != old.as_bytes() {
            return Err(io::Error::other("it was changed meanwhile"));
        }
        fs::rename(&beside, &path)
    })();
    if result.is_err() {
        let _ = fs::remove_file(&beside);
        return result;
    }
    File::open(folder)?.sync_all()
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::os::unix::fs::{PermissionsExt, symlink};

    use super::write;

    #[test]
    fn a_file_that_changed_meanwhile_is_left_as_it_is() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("a.yaml");
        fs::write(&path, "theirs").expect("written");
        let error = write(&path, "read", "ours").expect_err("it is another text");
        assert_eq!(error.to_string(), "it was changed meanwhile");
        assert_eq!(fs::read_to_string(&path).expect("there"), "theirs");
        assert_eq!(
            fs::read_dir(folder.path()).expect("there").count(),
            1,
            "nothing is left behind"
        );
    }

    #[test]
    fn a_link_is_followed_and_the_mode_stays() {
        let folder = tempfile::tempdir().expect("a folder");
        let (path, link) = (folder.path().join("a.yaml"), folder.path().join("b.yaml"));
        fs::write(&path, "old").expect("written");
        fs::set_permissions(&path, fs::Permissions::from_mode(0o640)).expect("ours");
        symlink("a.yaml", &link).expect("linked");
        write(&link, "old", "new").expect("written");
        assert!(fs::symlink_metadata(&link).expect("there").is_symlink());
        assert_eq!(fs::read_to_string(&path).expect("there"), "new");
        assert_eq!(fs::metadata(&path).expect("there").permissions().mode() & 0o777, 0o640);
    }
}
