//! `init`: a starter manifest and, next to it, the schema for the editor.

use std::fs::OpenOptions;
use std::io::{self, Write};
use std::path::Path;

use super::error::{CommandError, Exit};
use crate::cli::Init;
use crate::diagnostics::display_path;
use crate::lockfile::default_lock_path;
use crate::manifest::schema;
use crate::output::{Console, PathProblem};

const STARTER: &str = include_str!("starter.yaml");
const SCHEMA_NAME: &str = "instancectl.schema.json";

pub(super) fn run(args: &Init, console: &mut Console) -> Result<Exit, CommandError> {
    let file = &args.file;
    if file.extension().is_some_and(|end| end == "json" || end == "lock") {
        return Err(CommandError::path(file, PathProblem::StarterIsNotYaml));
    }
    let schema = file.with_file_name(SCHEMA_NAME);
    let name = display_path(Path::new(file.file_name().unwrap_or_default()));
    write_new(file, &STARTER.replace("{file}", &name))?;
    // A schema from an earlier `init` stays: it must not be overwritten.
    let kept = match write_new(&schema, schema::TEXT) {
        Ok(()) => false,
        Err(_) if schema.exists() => true,
        Err(failure) => return Err(failure),
    };
    let lock = default_lock_path(Path::new(file.file_name().unwrap_or_default()), false);
    console.info(&console.words().starter_written(file, &schema, kept, &lock))?;
    console.result("*.lock.journal\n*.lock.lk\n*.sandbox.lock\n")?;
    Ok(Exit::Done)
}

fn write_new(path: &Path, text: &str) -> Result<(), CommandError> {
    let write = || {
        let mut file = OpenOptions::new().write(true).create_new(true).open(path)?;
        file.write_all(text.as_bytes())?;
        file.sync_all()
    };
    write().map_err(|error: io::Error| {
        let exists = error.kind() == io::ErrorKind::AlreadyExists;
        let problem =
            if exists { PathProblem::StarterExists } else { PathProblem::Unwritable(error) };
        CommandError::path(path, problem)
    })
}
