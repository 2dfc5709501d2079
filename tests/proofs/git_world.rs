//! A project at a git remote, and a platform that remembers what was created.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::net::TcpListener;
use std::process::{Child, Command, Stdio};
use std::sync::OnceLock;
use std::time::{Duration, Instant};

use serde_json::{Value, json};

use crate::platform::{self, Create, Platform};
use crate::project::Project;
use crate::support::{Cli, Output};

/// A reproducible sequence of numbers.
pub(crate) struct Random(pub(crate) u64);

impl Random {
    /// Returns the next number below a limit.
    pub(crate) fn below(&mut self, limit: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        (mixed ^ (mixed >> 31)) % limit
    }
}

/// A project with its remote and its platform.
pub(crate) struct World {
    pub(crate) project: Project,
    pub(crate) platform: Platform,
}

/// The length of a minute of claims, in milliseconds.
const MINUTE: u32 = 120;

impl World {
    /// Creates a project without instances. If answers are lost, every fifth create call gets none.
    pub(crate) fn new(answers_are_lost: bool) -> Self {
        let platform = Platform::with(move |_, number| match number % 5 {
            3 if answers_are_lost => Create::AnswerLost,
            _ => Create::Answered,
        });
        let project = Project::with(&platform::manifest(&[]), platform.url()).minute(MINUTE);
        Self { project, platform }
    }

    /// Creates a clone with a manifest of these instances. Its remote is reached over the network, so that
    /// the server lives on when the clone's processes die.
    pub(crate) fn clone_into(&self, clone: &str, instances: &BTreeSet<(String, u64)>) {
        self.project.remote.clone_into(clone);
        let address = format!(
            "git://127.0.0.1:{}{}",
            server(),
            self.project.remote.path("remote.git").display()
        );
        self.project.remote.run(clone, &format!("git remote set-url origin {address}"));
        self.write(clone, instances);
    }

    /// Writes the manifest of a clone.
    pub(crate) fn write(&self, clone: &str, instances: &BTreeSet<(String, u64)>) {
        let body = |(name, cpus): &(String, u64)| {
            let mut body = platform::body(name);
            body["cpuNumber"] = json!(cpus);
            body
        };
        let instances: Vec<Value> = instances.iter().map(body).collect();
        let manifest = self.project.remote.path(clone).join("instances.yaml");
        fs::write(manifest, json!({ "instances": instances }).to_string()).unwrap();
    }

    /// Returns a command in a clone.
    pub(crate) fn local(&self, clone: &str, words: &[&str]) -> Cli {
        self.project.local(clone, words)
    }

    /// Returns the instances on the platform: name and ID.
    pub(crate) fn tasks(&self) -> Vec<(String, String)> {
        let mut tasks = Vec::new();
        self.platform.set(|state| {
            let text = |task: &Value, key: &str| task[key].as_str().unwrap().to_owned();
            let all = state.tasks.iter();
            tasks = all.map(|task| (text(task, "instanceServiceName"), text(task, "id"))).collect();
        });
        tasks.sort();
        tasks
    }

    /// Returns the entries on the branch: state and ID.
    pub(crate) fn entries(&self) -> BTreeMap<String, String> {
        let show = self.project.remote.try_run("remote.git", "git show main:instances.lock");
        if show.status.success() {
            crate::stage::entries(&serde_yaml::from_slice(&show.stdout).unwrap())
        } else {
            BTreeMap::new()
        }
    }

    /// Checks that every instance is recorded at the remote, by its ID or by the name of a request that may
    /// have been sent, and that there are no two of a name.
    pub(crate) fn is_recorded(&self) -> Result<(), String> {
        let tasks = self.tasks();
        // Records move from the claim to the branch.
        let claims: String = self.project.claims().into_values().collect();
        let lock = self.project.remote.try_run("remote.git", "git show main:instances.lock");
        let lock = String::from_utf8(lock.stdout).unwrap();
        let entries = self.entries();
        for (at, (name, id)) in tasks.iter().enumerate() {
            if tasks[..at].iter().any(|(other, _)| other == name) {
                return Err(format!("doubled: {tasks:?}"));
            }
            let open = claims.contains(&format!("\"intent\":{{\"name\":\"{name}\""));
            let known = claims.contains(&**id) || lock.contains(&**id);
            if !(known || open || entries.get(name).is_some_and(|entry| entry == "unknown")) {
                return Err(format!("lost: {name} {id}; the branch has {lock}\nclaims: {claims}"));
            }
        }
        Ok(())
    }

    /// Applies these instances from a new clone until the lock on the branch and the platform agree.
    pub(crate) fn heal(&self, all: &BTreeSet<(String, u64)>, more: &[&str]) -> Result<(), String> {
        self.project.remote.run("", "rm -rf heal");
        self.clone_into("heal", all);
        let mut went: Vec<Output> = Vec::new();
        for _ in 0..6 {
            let begun = Instant::now();
            let apply = ["apply", "--yes", "-f", "instances.yaml", "--replace-all"];
            let output = self.local("heal", &apply).args(["--git-remote", "origin"]);
            let output = output.args(["--settle", "2s", "--max-unknown", "200"]);
            let output = output.args(more.iter().copied()).run();
            if begun.elapsed() > Duration::from_secs(30) {
                return Err(format!("it took {:?}: {output:?}", begun.elapsed()));
            }
            let code = output.code;
            went.push(output);
            let unknown = self.entries().into_values().any(|entry| entry == "unknown");
            match code {
                Some(0) => break,
                Some(4) if unknown => {
                    let absent = ["resolve", "-f", "instances.yaml", "--all-unknown", "--absent"];
                    went.push(self.local("heal", &absent).args(["--git-remote", "origin"]).run());
                }
                _ => return Err(format!("it does not converge: {went:#?}")),
            }
        }
        self.is_recorded()?;
        let created = self.entries().into_iter();
        let created = created.map(|(name, entry)| (name, entry.replace("created ", "")));
        let (created, tasks) = (created.collect::<Vec<_>>(), self.tasks());
        if created != tasks || tasks.len() != all.len() {
            return Err(format!("the branch has {created:?}, the platform {tasks:?}: {went:#?}"));
        }
        if self.project.claims().is_empty() { Ok(()) } else { Err("a claim is left".to_owned()) }
    }
}

/// Returns the port of a git server for all repositories of this test.
fn server() -> u16 {
    static SERVER: OnceLock<(u16, Child)> = OnceLock::new();
    let start = || {
        let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
        let options =
            "--reuseaddr --listen=127.0.0.1 --export-all --base-path=/ --enable=receive-pack";
        // It ends with the process that holds the other end of its standard input.
        let daemon =
            format!("git daemon {options} --max-connections=0 --port={port} & read _; kill $!");
        let mut shell = Command::new("sh");
        shell
            .args(["-c", &daemon])
            .stdin(Stdio::piped())
            .stdout(Stdio::null())
            .stderr(Stdio::null());
        let daemon = shell.spawn().unwrap();
        let ready = || std::net::TcpStream::connect(("127.0.0.1", port)).is_ok();
        crate::stage::wait_until(ready);
        (port, daemon)
    };
    SERVER.get_or_init(start).0
}
