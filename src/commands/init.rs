//! `init`: a starter manifest and, next to it, the schema for the editor; with `--git` also the settings
//! of git.

use std::path::Path;

use super::atomic_write::create_new;
use super::error::{CommandError, Exit};
use super::inputs::DEFAULT_MANIFEST;
use crate::cli::Init;
use crate::diagnostics::display_path;
use crate::git::set_up_git;
use crate::language::Language;
use crate::lockfile::default_lock_path;
use crate::manifest::schema;
use crate::output::{Console, PathProblem, WrittenFile};
use crate::text::shell_quote;

/// The starter manifest, in each language: the same YAML, with other comments.
const STARTER: [&str; 2] = [include_str!("starter.yaml"), include_str!("starter.zh-CN.yaml")];
const SCHEMA_NAME: &str = "instancectl.schema.json";

pub(super) fn run(args: &Init, console: &mut Console) -> Result<Exit, CommandError> {
    let (file, words) = (&args.file, console.words());
    // Git is set up once in each clone, where the manifest exists.
    let keeps = args.git && file.is_file();
    let is = |name| file.extension().is_some_and(|end| end == name);
    if is("lock") || (is("json") && !keeps) {
        return Err(CommandError::path(file, PathProblem::StarterIsNotYaml));
    }
    let lock = default_lock_path(file, false);
    // A missing directory, and one in place of the file, is reported when the starter is written.
    let is_possible = lock.with_file_name(".").is_dir() && !file.is_dir();
    let setup = (args.git && is_possible)
        .then(|| set_up_git(&lock, &default_lock_path(file, true)))
        .transpose()?;
    let files = if keeps { vec![written(file, true)] } else { write_starter(file, words)? };
    for WrittenFile { path, kept } in &files {
        console.info(&words.file_written(Path::new(path), *kept))?;
    }
    if let Some(setup) = &setup {
        console.info(&words.git_set_up(setup))?;
    }
    if !keeps {
        console.info(&words.after_init(&arguments(file), setup.is_some()))?;
    }
    console.written_files(&files)?;
    Ok(Exit::Done)
}

fn written(file: &Path, kept: bool) -> WrittenFile {
    WrittenFile { path: file.display().to_string(), kept }
}

/// Returns the arguments that name a manifest, with a blank before them; none are needed for the default.
fn arguments(file: &Path) -> String {
    if file == Path::new(DEFAULT_MANIFEST) {
        return String::new();
    }
    format!(" -f {}", shell_quote(&display_path(file)))
}

/// Writes the starter and the schema.
fn write_starter(file: &Path, language: Language) -> Result<Vec<WrittenFile>, CommandError> {
    let named = arguments(Path::new(file.file_name().unwrap_or_default()));
    let [english, chinese] = STARTER;
    let text = language.either(english, chinese).replace("{named}", &named);
    create_new(file, &text, PathProblem::StarterExists)?;
    Ok(vec![written(file, false), write_schema(file, language)?])
}

/// Writes the schema that a manifest names in its first line. A file that exists stays: it must not be
/// overwritten.
pub(super) fn write_schema(
    manifest: &Path,
    language: Language,
) -> Result<WrittenFile, CommandError> {
    let schema = manifest.with_file_name(SCHEMA_NAME);
    match create_new(&schema, schema::committed(language), PathProblem::StarterExists) {
        Ok(()) => Ok(written(&schema, false)),
        Err(_) if schema.exists() => Ok(written(&schema, true)),
        Err(failure) => Err(failure),
    }
}

#[cfg(test)]
mod tests {
    use super::STARTER;

    /// Returns the lines without remarks. Commands and fields that are commented out stay.
    fn code(text: &str) -> Vec<&str> {
        let lines = text.lines().map(|line| line.split_once("  # ").map_or(line, |(code, _)| code));
        let is_code =
            |line: &str| !line.starts_with("# ") || line.starts_with("#   ") || line.contains(": ");
        lines.map(str::trim_end).filter(|line| is_code(line)).collect()
    }

    #[test]
    fn starter_is_the_same_in_each_language_except_for_remarks() {
        let [english, chinese] = STARTER;
        assert!(english.is_ascii());
        assert!(code(english).len() > 30, "{english}");
        assert_eq!(code(english), code(chinese));
    }
}
