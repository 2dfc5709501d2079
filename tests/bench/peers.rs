//! The programs measured for comparison.

use std::env;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::PROGRAM;

/// A program that checks manifests.
#[derive(Clone)]
pub(crate) struct Contender {
    /// Name in the table.
    pub(crate) name: &'static str,
    /// Path of the executable.
    program: PathBuf,
    arguments: Vec<String>,
    /// Flag before each file.
    flag: Option<&'static str>,
    /// True if the others are measured relative to it.
    pub(crate) is_yardstick: bool,
}

impl Contender {
    /// Returns the command that checks these files. All contenders accept several files at once.
    pub(crate) fn command(&self, files: &[PathBuf]) -> Command {
        let mut command = Command::new(&self.program);
        command.args(&self.arguments);
        for file in files {
            command.args(self.flag).arg(file);
        }
        command
    }
}

/// Returns this program, libyaml's events and the peers on the `PATH`; and the names of the
/// missing peers.
pub(crate) fn contenders(folder: &Path) -> (Vec<Contender>, Vec<&'static str>) {
    let schema = Path::new(env!("CARGO_MANIFEST_DIR")).join("schema/manifest.schema.json");
    let schema = schema.display().to_string();
    let mut found = vec![Contender {
        name: "instancectl validate",
        program: PROGRAM.into(),
        arguments: vec!["validate".to_owned()],
        flag: None,
        is_yardstick: false,
    }];
    let mut missing = Vec::new();
    match events(folder) {
        Some(program) => {
            found.push(Contender {
                name: "libyaml's events",
                program,
                arguments: Vec::new(),
                flag: None,
                is_yardstick: true,
            });
        }
        None => missing.push("libyaml's events (a C compiler and libyaml-dev)"),
    }
    let ajv = ["validate", "--spec=draft2020", "--strict=false", "-s", &schema];
    let peers: [(&str, &str, &[&str], Option<&str>); 7] = [
        ("check-jsonschema", "check-jsonschema", &["--schemafile", &schema], None),
        ("ajv-cli", "ajv", &ajv, Some("-d")),
        ("v8r", "v8r", &["--schema", &schema], None),
        ("yamllint", "yamllint", &["-d", "relaxed"], None),
        ("ryl", "ryl", &["--no-cache", "-d", "relaxed"], None),
        ("sourcemeta's jsonschema", "jsonschema", &["validate", &schema], None),
        ("jsonschema-cli", "jsonschema-cli", &["validate", &schema], Some("-i")),
    ];
    for (name, program, arguments, flag) in peers {
        match on_path(program) {
            Some(program) => {
                let arguments = arguments.iter().map(ToString::to_string).collect();
                found.push(Contender { name, program, arguments, flag, is_yardstick: false });
            }
            None => missing.push(name),
        }
    }
    (found, missing)
}

/// Compiles the yardstick.
fn events(folder: &Path) -> Option<PathBuf> {
    let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/bench/events.c");
    let program = folder.join("events");
    let mut compiler = Command::new("cc");
    compiler.arg("-O2").arg("-o").arg(&program).arg(source).arg("-lyaml");
    compiler.output().is_ok_and(|output| output.status.success()).then_some(program)
}

/// Returns the path of the program that a shell would start under this name.
pub(crate) fn on_path(program: &str) -> Option<PathBuf> {
    let path = env::var_os("PATH")?;
    env::split_paths(&path).map(|folder| folder.join(program)).find(|path| path.is_file())
}
