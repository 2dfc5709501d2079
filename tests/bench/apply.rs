//! Measures `apply` against the sandbox with latency, compared with the same calls without
//! durability, and with nothing to send.

use std::fs;
use std::io::{BufRead, BufReader, Error, Result};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use crate::measure::{self, Phase, Taken, Without};
use crate::peers::on_path;
use crate::validate::milliseconds;
use crate::{PROGRAM, manifests};

/// Latency that the sandbox adds to every call.
const LATENCY: Duration = Duration::from_millis(50);
/// Number of instances created in each run.
const INSTANCES: usize = 10_000;
/// Number of instances created with curl: one process per call.
const BY_CURL: usize = 2_000;

/// Measures and prints the tables.
pub(crate) fn measure(folder: &Path) -> Result<()> {
    println!("## apply: {INSTANCES} instances, {} ms of latency\n", LATENCY.as_millis());
    println!("| program | in flight | creates a second | of the bound | CPU a create |");
    println!("|---|---|---|---|---|");
    for parallel in [16, 32, 64] {
        let bound = f64::from(parallel) / LATENCY.as_secs_f64();
        let parallel = parallel.to_string();
        let row = |name: &str, phase: &Phase| {
            #[allow(clippy::cast_precision_loss)]
            let created = phase.created as f64;
            let rate = (created - 1.0) / phase.lasted.as_secs_f64();
            let each = phase.cpu.as_secs_f64() * 1e6 / created;
            let share = 100.0 * rate / bound;
            println!("| {name} | {parallel} | {rate:.0} | {share:.0} % | {each:.0} us |");
        };
        row("instancectl apply", &ours(folder, &parallel)?);
        match on_path("python3") {
            Some(_) => row("Python asyncio", &asyncio(folder, &parallel)?),
            None => println!("| Python asyncio | not installed | | | |"),
        }
        match on_path("curl") {
            Some(_) => row("xargs -P curl", &curl(folder, &parallel)?),
            None => println!("| xargs -P curl | not installed | | | |"),
        }
    }
    println!();
    at_remote(folder)?;
    unchanged(folder)
}

/// Measures how much of the throughput remains if the intents go to a git remote first, a bare
/// repository whose hook delays every push.
fn at_remote(folder: &Path) -> Result<()> {
    let (parallel, delay) = ("64", "0.2");
    println!("## apply --git-remote: {INSTANCES} instances, {delay} s a push\n");
    println!("| program | in flight | creates a second | of the run without |\n|---|---|---|---|");
    let without = ours(folder, parallel)?;
    let clone = clone_of_slow_remote(folder, delay)?;
    let sandbox = Sandbox::start()?;
    let mut command = Command::new(PROGRAM);
    command.args(["apply", "--yes", "--parallel", parallel, "--git-remote", "origin", "-f"]);
    command.arg(clone.join("instances.yaml"));
    let with = sandbox.run(&mut command, |line| line.contains(": created "))?;
    #[allow(clippy::cast_precision_loss)]
    let rate = |phase: &Phase| (phase.created as f64 - 1.0) / phase.lasted.as_secs_f64();
    let share = 100.0 * rate(&with) / rate(&without);
    println!("| instancectl apply | {parallel} | {:.0} | |", rate(&without));
    println!("| with --git-remote | {parallel} | {:.0} | {share:.0} % |\n", rate(&with));
    Ok(())
}

/// Returns a clone with a manifest whose remote takes this many seconds for a push.
fn clone_of_slow_remote(folder: &Path, delay: &str) -> Result<PathBuf> {
    let script = r#"git init -q --bare -b main remote.git
        printf '#!/bin/sh\nsleep %s\n' "$1" > remote.git/hooks/pre-receive
        chmod +x remote.git/hooks/pre-receive
        git clone -q remote.git clone 2> /dev/null
        mv git-remote.yaml clone/instances.yaml
        cd clone
        git add -A
        git -c user.name=bench -c user.email=bench@localhost commit -q -m begin
        git push -q origin HEAD:main"#;
    manifests::write(&folder.join("git-remote.yaml"), INSTANCES, "train")?;
    let status =
        Command::new("sh").args(["-ec", script, "sh", delay]).current_dir(folder).status()?;
    if !status.success() {
        return Err(Error::other("the remote could not be set up"));
    }
    Ok(folder.join("clone"))
}

/// A sandbox with latency in a separate process, and the environment of its clients.
struct Sandbox {
    process: Child,
    environment: Vec<(String, String)>,
}

impl Sandbox {
    fn start() -> Result<Self> {
        let fault = format!("latency:{}ms", LATENCY.as_millis());
        let mut process = Command::new(PROGRAM)
            .args(["sandbox", "--fault", &fault])
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()?;
        let output = process.stdout.take().expect("it is a pipe");
        let mut environment = Vec::new();
        for line in BufReader::new(output).lines().take(2) {
            let line = line?;
            let (name, value) = line
                .split_once('=')
                .ok_or_else(|| Error::other("the sandbox prints no variable"))?;
            environment.push((name.to_owned(), value.to_owned()));
        }
        Ok(Self { process, environment })
    }

    fn endpoint(&self) -> &str {
        &self.environment[0].1
    }

    fn run(&self, command: &mut Command, is_result_line: fn(&str) -> bool) -> Result<Phase> {
        measure::phase(command.envs(self.environment.iter().cloned()), is_result_line)
    }
}

impl Drop for Sandbox {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

fn ours(folder: &Path, parallel: &str) -> Result<Phase> {
    let sandbox = Sandbox::start()?;
    let manifest = folder.join(format!("apply-{parallel}.yaml"));
    manifests::write(&manifest, INSTANCES, "train")?;
    let mut command = Command::new(PROGRAM);
    command.args(["apply", "--yes", "--parallel", parallel, "-f"]).arg(&manifest);
    sandbox.run(&mut command, |line| line.contains(": created "))
}

fn asyncio(folder: &Path, parallel: &str) -> Result<Phase> {
    let sandbox = Sandbox::start()?;
    let bodies = folder.join("bodies");
    manifests::write_bodies(&bodies, INSTANCES, "train")?;
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/bench/client.py");
    let mut command = Command::new("python3");
    command.arg(script).arg(parallel).arg(bodies).arg(sandbox.endpoint());
    sandbox.run(&mut command, |line| line.contains("success"))
}

fn curl(folder: &Path, parallel: &str) -> Result<Phase> {
    let sandbox = Sandbox::start()?;
    let bodies = folder.join("bodies-of-curl");
    manifests::write_bodies(&bodies, BY_CURL, "train")?;
    let script = r#"tr '\n' '\0' < "$1" | xargs -0 -P "$2" -I{} curl -s -w '\n' -H "token: $INSTANCECTL_TOKEN" \
        -H 'content-type: application/json' -d {} "$3/openapi/v2/instance-service/task""#;
    let mut command = Command::new("sh");
    command.args(["-c", script, "sh"]).arg(bodies).args([parallel, sandbox.endpoint()]);
    sandbox.run(&mut command, |line| line.contains("success"))
}

/// Measures `plan` and `apply` of 100,000 instances that are already in the lock, compared with
/// `validate`.
fn unchanged(folder: &Path) -> Result<()> {
    let instances = 100_000;
    let manifest = folder.join("unchanged.yaml");
    manifests::write(&manifest, instances, "train")?;
    let state = folder.join("state");
    fs::create_dir_all(&state)?;
    let command = |arguments: &[&str]| {
        let mut command = Command::new(PROGRAM);
        command.args(arguments).arg(&manifest).env("XDG_STATE_HOME", &state);
        command
    };
    let apply = ["apply", "--sandbox", "--yes", "--parallel", "64", "-f"];
    println!("## {instances} instances that the lock holds\n");
    println!("| command | CPU | to validate | wall | peak memory |\n|---|---|---|---|---|");
    let limit = Duration::from_mins(5);
    let one = |arguments: &[&str]| measure::run(&mut command(arguments), &[0], limit);
    if let Err(without) = one(&apply)? {
        let why = match without {
            Without::TooLong => "it took too long".to_owned(),
            Without::Status(status) => status,
        };
        return Err(Error::other(format!("the sandbox did not create them: {why}")));
    }
    let commands: [(&str, &[&str]); 3] =
        [("validate", &["validate"]), ("plan", &["plan", "--sandbox", "-f"]), ("apply", &apply)];
    let mut runs: [Vec<measure::Run>; 3] = Default::default();
    for _ in 0..5 {
        for ((_, arguments), runs) in commands.iter().zip(&mut runs) {
            runs.extend(one(arguments)?.ok());
        }
    }
    let taken = runs.map(|runs| Taken::of(&runs));
    for ((name, _), taken_here) in commands.iter().zip(&taken) {
        let run = taken_here.run;
        println!(
            "| {name} | {} | {:.2}x | {} | {:.0} MB |",
            milliseconds(run.cpu),
            measure::ratio(run.cpu, taken[0].run.cpu),
            milliseconds(run.wall),
            run.peak / 1_000_000
        );
    }
    println!();
    Ok(())
}
