//! README's recipes for CI, run verbatim in real repositories: a fresh clone without user
//! settings, while others push.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use serde_json::Value;
use tempfile::TempDir;

use crate::stage::entries;

/// Shell lines of a recipe.
struct Recipe {
    name: &'static str,
    before: String,
    record: String,
}

/// Extracts the recipes from README's code blocks.
fn recipes() -> Vec<Recipe> {
    let readme = fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/README.md")).unwrap();
    let blocks = readme.split("```yaml\n").skip(1).map(|rest| rest.split("```").next().unwrap());
    let blocks: Vec<Value> = blocks.filter_map(|text| serde_yaml::from_str(text).ok()).collect();
    let github = blocks.iter().find(|block| block.get("jobs").is_some()).unwrap();
    let gitlab = blocks.iter().find(|block| block["apply"].get("after_script").is_some()).unwrap();
    let steps = github["jobs"]["apply"]["steps"].as_array().unwrap();
    assert_eq!(steps[1]["run"], "instancectl apply --yes -f instances.yaml");
    assert_eq!(gitlab["apply"]["script"][0], "instancectl apply --yes -f instances.yaml");
    let lines = |lines: &Value| {
        let lines = lines.as_array().unwrap().iter().map(|line| line.as_str().unwrap());
        lines.collect::<Vec<_>>().join("\n")
    };
    vec![
        Recipe {
            name: "GitHub",
            // The effect of `actions/checkout` with a `ref`.
            before: "git fetch -q --depth=1 origin +main:refs/remotes/origin/main\n\
                     git checkout -q -B main refs/remotes/origin/main"
                .to_owned(),
            record: steps.last().unwrap()["run"].as_str().unwrap().to_owned(),
        },
        Recipe {
            name: "GitLab",
            before: lines(&gitlab["apply"]["before_script"]),
            record: lines(&gitlab["apply"]["after_script"]),
        },
    ]
}

/// Event during a job.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Meanwhile {
    Nothing,
    /// A colleague pushes another file.
    UnrelatedPush,
    /// A colleague pushes a lock with the entries next to those of this job.
    NeighbouringEntries,
    /// A colleague pushes between the job's fetch and its push, once.
    PushInBetween,
    /// A colleague pushes a lock that claims the same name.
    SameName,
    /// The job is killed and leaves a journal.
    Killed,
}

const ALL: [Meanwhile; 6] = [
    Meanwhile::Nothing,
    Meanwhile::UnrelatedPush,
    Meanwhile::NeighbouringEntries,
    Meanwhile::PushInBetween,
    Meanwhile::SameName,
    Meanwhile::Killed,
];

/// A bare remote with clones of a colleague and of a runner.
struct Stage {
    folder: TempDir,
}

impl Stage {
    fn new() -> Self {
        let stage = Self { folder: TempDir::new().unwrap() };
        for name in ["home", "colleague", "runner"] {
            fs::create_dir(stage.path(name)).unwrap();
        }
        stage.run("", "git init -q --bare -b main remote.git");
        stage.colleague("git init -q -b main && git remote add origin ../remote.git");
        fs::write(stage.path("colleague/README"), "x\n").unwrap();
        stage.commit("begin");
        stage
    }

    fn path(&self, name: impl AsRef<Path>) -> PathBuf {
        self.folder.path().join(name)
    }

    /// Runs a script in a folder, without user settings; returns its output.
    fn try_run(&self, folder: &str, script: &str) -> Output {
        let program = Path::new(env!("CARGO_BIN_EXE_instancectl")).parent().unwrap();
        Command::new("bash")
            .args(["-e", "-c", script])
            .current_dir(self.path(folder))
            .env_clear()
            .env("PATH", format!("{}:/usr/local/bin:/usr/bin:/bin", program.display()))
            .env("HOME", self.path("home"))
            .env("GIT_CONFIG_NOSYSTEM", "1")
            .env("PUSH_URL", self.path("remote.git"))
            .output()
            .unwrap()
    }

    #[track_caller]
    fn run(&self, folder: &str, script: &str) -> String {
        let output = self.try_run(folder, script);
        let shown = format!(
            "{}{}",
            String::from_utf8_lossy(&output.stdout),
            String::from_utf8_lossy(&output.stderr)
        );
        assert!(output.status.success(), "{script}: {shown}");
        shown
    }

    /// Runs a script in the colleague's clone, with an identity.
    #[track_caller]
    fn colleague(&self, script: &str) {
        let identity = "export GIT_AUTHOR_NAME=c GIT_AUTHOR_EMAIL=c@d GIT_COMMITTER_NAME=c \
            GIT_COMMITTER_EMAIL=c@d; git() { command git -c merge.instancectl.driver='instancectl \
            lock merge %O %A %B %P' \"$@\"; }; ";
        self.run("colleague", &format!("{identity}{script}"));
    }

    #[track_caller]
    fn commit(&self, message: &str) {
        self.colleague(&format!(
            "git add -A && git commit -q -m '{message}' && git push -q origin main"
        ));
    }

    /// Returns the entries at the remote.
    fn recorded(&self) -> BTreeMap<String, String> {
        let text = self.run("remote.git", "git show main:instances.lock");
        entries(&serde_yaml::from_str(&text).unwrap())
    }
}

/// Returns a lock with these entries.
fn lock(names: &[(&str, &str)]) -> String {
    let mut text = String::from(
        "# Written by instancectl from instances.yaml. Commit it; do not edit it.\nversion: 1\n\
         instances:\n",
    );
    for (name, id) in names {
        writeln!(
            text,
            "\n  {name}:\n    state: created\n    taskId: {id}\n    endpoint: https://ai.example.test\n    \
             submittedAt: 2026-11-23T06:11:41Z\n    request: {{\"instanceServiceName\": \"{name}\"}}"
        )
        .unwrap();
    }
    text
}

/// Runs one job and checks the result at the remote.
fn job(recipe: &Recipe, meanwhile: Meanwhile, round: usize) {
    let stage = Stage::new();
    let before = [("b", "id-b")];
    if round % 2 == 1 {
        fs::write(stage.path("colleague/instances.lock"), lock(&before)).unwrap();
        stage.commit("record b");
    }
    stage.run("runner", "git init -q -b main && git remote add origin ../remote.git");
    stage.run("runner", &recipe.before);
    // The lock as `apply` leaves it: the earlier entries and the created ones.
    let mut held: Vec<_> = before.into_iter().filter(|_| round % 2 == 1).collect();
    held.extend([("c", "id-c"), ("d", "id-d")]);
    fs::write(stage.path("runner/instances.yaml"), "").unwrap();
    let mut wanted: BTreeMap<String, String> =
        held.iter().map(|(name, id)| ((*name).to_owned(), format!("created {id}"))).collect();
    if meanwhile == Meanwhile::Killed {
        killed(&stage);
        wanted.retain(|name, _| name == "b");
        wanted.insert("a".to_owned(), "created id-a".to_owned());
        wanted.insert("z".to_owned(), "unknown".to_owned());
    } else {
        fs::write(stage.path("runner/instances.lock"), lock(&held)).unwrap();
    }
    let mut theirs: Vec<_> = before.into_iter().filter(|_| round % 2 == 1).collect();
    match meanwhile {
        Meanwhile::UnrelatedPush => {
            fs::write(stage.path("colleague/README"), "y\n").unwrap();
            stage.commit("unrelated");
        }
        Meanwhile::NeighbouringEntries | Meanwhile::SameName => {
            let other = if meanwhile == Meanwhile::SameName { "d" } else { "e" };
            theirs.extend([("bb", "id-bb"), (other, "id-theirs")]);
            fs::write(stage.path("colleague/instances.lock"), lock(&theirs)).unwrap();
            stage.commit("record e");
            wanted.insert("bb".to_owned(), "created id-bb".to_owned());
            if meanwhile == Meanwhile::NeighbouringEntries {
                wanted.insert("e".to_owned(), "created id-theirs".to_owned());
            }
        }
        Meanwhile::PushInBetween => {
            let hook = "#!/bin/sh\n[ -e ../pushed ] && exit 0\ntouch ../pushed\ncd ../colleague\n\
                unset GIT_DIR\necho z > README\ngit add -A\ngit -c user.name=c -c user.email=c@d \
                commit -q -m between\ngit push -q origin main\n";
            let path = stage.path("runner/.git/hooks/pre-push");
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(&path, hook).unwrap();
            fs::set_permissions(&path, fs::Permissions::from_mode(0o755)).unwrap();
        }
        Meanwhile::Nothing | Meanwhile::Killed => {}
    }
    let shown = stage.run("runner", &recipe.record);
    let mut found = stage.recorded();
    if meanwhile == Meanwhile::SameName {
        // Both IDs are in the lock, one of them as a candidate.
        let text = stage.run("remote.git", "git show main:instances.lock");
        assert!(text.contains("id-d") && text.contains("id-theirs"), "{text}");
        found.remove("d");
        wanted.remove("d");
    }
    assert_eq!(found, wanted, "{} {meanwhile:?}: {shown}", recipe.name);
    // Only the lock was committed.
    let files = stage.run("remote.git", "git ls-tree --name-only main");
    assert_eq!(files, "README\ninstances.lock\n", "{} {meanwhile:?}", recipe.name);
}

/// Runs a job that is killed before it merges its journal.
fn killed(stage: &Stage) {
    let service = crate::support::Service::each(|asked| match asked.method.as_str() {
        "POST" if asked.json()["instanceServiceName"] == "a" => {
            crate::support::Reply::success("id-a")
        }
        "POST" => crate::support::Reply::hang(),
        _ => crate::support::Reply::html(404),
    });
    fs::write(stage.path("runner/instances.yaml"), crate::stage::manifest(["a", "z"])).unwrap();
    let script = format!(
        "export INSTANCECTL_ENDPOINT={} INSTANCECTL_TOKEN=x; instancectl apply --yes -f instances.yaml \
         > ../log & while ! grep -q 'a: created' ../log; do sleep 0.02; done; sleep 0.2; kill -9 $!; \
         wait || true",
        service.url()
    );
    stage.run("runner", &script);
    assert!(stage.path("runner/instances.lock.journal").exists());
}

#[test]
fn recipes_lose_nothing_during_concurrent_pushes() {
    for recipe in recipes() {
        for meanwhile in ALL {
            for round in 0..2 {
                job(&recipe, meanwhile, round);
            }
        }
    }
}

#[test]
#[ignore = "long"]
fn fifty_runs_of_each_recipe_lose_nothing() {
    const RUNS: usize = 50;
    let recipes = recipes();
    std::thread::scope(|threads| {
        for recipe in &recipes {
            for meanwhile in ALL {
                threads.spawn(move || (0..RUNS).for_each(|round| job(recipe, meanwhile, round)));
            }
        }
    });
    let runs = recipes.len() * ALL.len() * RUNS;
    println!("{runs} runs of README's recipes, nothing lost");
}

#[test]
fn permanently_failing_push_leaves_the_ids_in_the_log() {
    for recipe in recipes() {
        let stage = Stage::new();
        stage.run("runner", "git init -q -b main && git remote add origin ../remote.git");
        stage.run("runner", &recipe.before);
        fs::write(stage.path("runner/instances.lock"), lock(&[("a", "id-a")])).unwrap();
        let hook = stage.path("remote.git/hooks/pre-receive");
        fs::create_dir_all(hook.parent().unwrap()).unwrap();
        fs::write(&hook, "#!/bin/sh\nexit 1\n").unwrap();
        fs::set_permissions(&hook, fs::Permissions::from_mode(0o755)).unwrap();
        let quick = recipe.record.replace("sleep $try", "true");
        let output = stage.try_run("runner", &quick);
        assert_eq!(output.status.code(), Some(1));
        assert!(String::from_utf8_lossy(&output.stdout).contains("taskId: id-a"));
    }
}
