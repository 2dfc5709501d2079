//! Measures `validate` against libyaml's events and the peers.

use std::fs;
use std::io::Result;
use std::path::{Path, PathBuf};
use std::time::Duration;

use crate::manifests;
use crate::measure::{self, Run, Taken, Without, ratio};
use crate::peers::{self, Contender};

/// Time limit of one run; a contender that exceeds it is skipped for the larger files.
const LIMIT: Duration = Duration::from_mins(1);

/// Total time after which a contender does no more rounds of a table.
const ENOUGH: Duration = Duration::from_secs(10);

/// One table: files, number of rounds and expected statuses.
struct Case {
    title: String,
    files: Vec<PathBuf>,
    rounds: usize,
    statuses: &'static [i32],
}

/// Measures and prints a table for each size.
pub(crate) fn measure(folder: &Path) -> Result<()> {
    let (mut contenders, missing) = peers::contenders(folder);
    if !missing.is_empty() {
        println!("not installed, so not measured: {}\n", missing.join(", "));
    }
    for (instances, rounds) in [(10, 15), (1_000, 9), (10_000, 7), (100_000, 3)] {
        let file = folder.join(format!("{instances}.yaml"));
        manifests::write(&file, instances, "train")?;
        let title = format!("{instances} instances");
        let case = Case { title, files: vec![file], rounds, statuses: &[0] };
        table(&case, &mut contenders)?;
    }
    let file = folder.join("varied.yaml");
    manifests::write_varied(&file, 10_000)?;
    let title = "10000 instances in 500 documents of other shapes".to_owned();
    table(&Case { title, files: vec![file], rounds: 7, statuses: &[0] }, &mut contenders)?;
    let files = manifests::write_many(&folder.join("many"), 1_000, 10)?;
    let title = "1000 files of 10 instances".to_owned();
    table(&Case { title, files, rounds: 7, statuses: &[0] }, &mut contenders)?;

    let file = folder.join("faulty.yaml");
    manifests::write_faulty(&file, 10_000, 1_000)?;
    let title = "10000 instances with 1000 faults".to_owned();
    // Comparable with the time of 10,000 without faults; of the peers, only linters continue after
    // one.
    let mut ours = vec![contenders[0].clone()];
    table(&Case { title, files: vec![file], rounds: 7, statuses: &[1] }, &mut ours)
}

/// Runs every contender in turn, in each round, and prints the measurements. A contender that
/// fails is skipped from then on.
fn table(case: &Case, contenders: &mut Vec<Contender>) -> Result<()> {
    let mut runs: Vec<std::result::Result<Vec<Run>, Without>> =
        contenders.iter().map(|_| Ok(Vec::new())).collect();
    for _ in 0..case.rounds {
        for (contender, runs) in contenders.iter().zip(&mut runs) {
            let Ok(so_far) = runs else { continue };
            if so_far.iter().map(|run| run.wall).sum::<Duration>() > ENOUGH {
                continue;
            }
            match measure::run(&mut contender.command(&case.files), case.statuses, LIMIT)? {
                Ok(run) => so_far.push(run),
                Err(without) => *runs = Err(without),
            }
        }
    }
    let bytes: u64 = case.files.iter().flat_map(fs::metadata).map(|file| file.len()).sum();
    println!("## validate: {}, {}\n", case.title, megabytes(bytes));
    println!("| program | CPU | to libyaml | wall | peak memory | to the file | noise |");
    println!("|---|---|---|---|---|---|---|");
    let taken: Vec<_> = runs.iter().map(|runs| runs.as_ref().map(|runs| Taken::of(runs))).collect();
    let yardstick = contenders
        .iter()
        .zip(&taken)
        .find(|(contender, _)| contender.is_yardstick)
        .and_then(|(_, taken)| taken.as_ref().ok())
        .map(|taken| taken.run.cpu);
    for (contender, taken) in contenders.iter().zip(&taken) {
        match taken {
            Ok(taken) => println!("{}", row(contender.name, taken, yardstick, bytes)),
            Err(Without::TooLong) => {
                println!("| {} | over {} s | | | | | |", contender.name, LIMIT.as_secs());
            }
            Err(Without::Status(status)) => println!("| {} | {status} | | | | | |", contender.name),
        }
    }
    println!();
    let mut stays = taken.iter().map(std::result::Result::is_ok);
    contenders.retain(|_| stays.next().is_some_and(|stays| stays));
    Ok(())
}

fn row(name: &str, taken: &Taken, yardstick: Option<Duration>, bytes: u64) -> String {
    let Run { wall, cpu, peak } = taken.run;
    let to_libyaml = yardstick.map_or("?".to_owned(), |other| format!("{:.2}x", ratio(cpu, other)));
    #[allow(clippy::cast_precision_loss)]
    let to_file = peak as f64 / bytes as f64;
    format!(
        "| {name} | {} | {to_libyaml} | {} | {} | {to_file:.1}x | {:.2}x |",
        milliseconds(cpu),
        milliseconds(wall),
        megabytes(peak),
        taken.noise
    )
}

/// Formats a time for the table.
pub(crate) fn milliseconds(time: Duration) -> String {
    format!("{:.1} ms", time.as_secs_f64() * 1e3)
}

/// Formats a size for the table, in units of a million bytes.
#[allow(clippy::cast_precision_loss)]
fn megabytes(bytes: u64) -> String {
    format!("{:.1} MB", bytes as f64 / 1e6)
}
