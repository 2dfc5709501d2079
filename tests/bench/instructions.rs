//! Counts the instructions of `validate`: other programs on the machine hardly change them, so they show
//! a loss of a few per cent that the clock cannot.

use std::io::{Error, Result};
use std::path::Path;
use std::process::Command;

use crate::peers::on_path;
use crate::{PROGRAM, manifests};

/// Numbers of instances, and the instructions to validate them on x86-64 Linux with glibc, built by the
/// Rust version that `Cargo.toml` names. `.github/CONTRIBUTING.md` says how to refresh them.
const KNOWN: [(usize, u64); 2] = [(10, 1_674_274), (1_000, 80_230_313)];

/// Per cent by which the instructions may exceed the known ones: what another version of glibc needs.
const MAX_LOSS: f64 = 3.0;

/// Counts, prints a table, and fails if `validate` needs more instructions than are known.
pub(crate) fn measure(folder: &Path) -> Result<()> {
    println!("## validate: instructions\n");
    let Some(valgrind) = on_path("valgrind") else {
        println!("not counted: valgrind is not installed\n");
        return Ok(());
    };
    println!("| instances | instructions | known | change |\n|---|---|---|---|");
    let mut most = f64::MIN;
    for (instances, known) in KNOWN {
        let file = format!("{instances}.yaml");
        manifests::write(&folder.join(&file), instances, "train")?;
        let mut command = Command::new(&valgrind);
        command.args(["--tool=callgrind", "--callgrind-out-file=/dev/null", PROGRAM, "validate"]);
        let counted = count(command.arg(file).current_dir(folder).env_clear())?;
        #[allow(clippy::cast_precision_loss)]
        let change = 100.0 * (counted as f64 / known as f64 - 1.0);
        println!("| {instances} | {counted} | {known} | {change:+.1} % |");
        most = most.max(change);
    }
    println!();
    if most > MAX_LOSS {
        return Err(Error::other(format!("`validate` needs {most:.1} % more instructions")));
    }
    Ok(())
}

/// Runs a program in valgrind and returns the number of its instructions.
fn count(command: &mut Command) -> Result<u64> {
    let output = command.output()?;
    let report = String::from_utf8_lossy(&output.stderr);
    let counted = report.lines().find_map(|line| line.split_once("Collected : ")?.1.parse().ok());
    counted.filter(|_| output.status.success()).ok_or_else(|| Error::other(report))
}
