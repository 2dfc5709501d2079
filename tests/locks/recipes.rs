//! The recipes for CI of README and its page, run verbatim in real repositories: a fresh checkout without user settings,
//! while others push.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use serde_json::Value;
use tempfile::TempDir;

use crate::platform::{Create, Platform, body, manifest};
use crate::stage::entries;

/// Shell lines of a recipe.
#[derive(Clone)]
struct Recipe {
    name: &'static str,
    /// Variables of the CI system.
    variables: [(&'static str, &'static str); 2],
    /// Checks out the commit of the job.
    checkout: String,
    apply: String,
    /// Runs in any case, after `apply`; `None` if `apply` records the lock at the remote.
    record: Option<String>,
}

/// Extracts the recipes from the code blocks of README and `.github/CI.md`.
fn recipes() -> Vec<Recipe> {
    let page = |path| fs::read_to_string(format!("{}/{path}", env!("CARGO_MANIFEST_DIR"))).unwrap();
    let pages = page("README.md") + &page(".github/CI.md");
    let blocks = pages.split("```yaml\n").skip(1).map(|rest| rest.split("```").next().unwrap());
    let blocks: Vec<Value> = blocks.filter_map(|text| serde_yaml::from_str(text).ok()).collect();
    let find = |is: fn(&Value) -> bool| blocks.iter().find(|block| is(block)).unwrap();
    let lines = |lines: &Value| {
        let lines = lines.as_array().into_iter().flatten().map(|line| line.as_str().unwrap());
        lines.collect::<Vec<_>>().join("\n")
    };
    let github = |name, steps: &Value, checkout: &str| Recipe {
        name,
        variables: [("CI", "true"), ("GITHUB_REF", "refs/heads/main")],
        checkout: checkout.to_owned(),
        apply: steps[1]["run"].as_str().unwrap().to_owned(),
        record: steps.get(2).map(|step| {
            assert_eq!(step["if"], "always()");
            step["run"].as_str().unwrap().to_owned()
        }),
    };
    let gitlab = |name, job: &Value| Recipe {
        name,
        variables: [("CI", "true"), ("CI_COMMIT_BRANCH", "main")],
        checkout: format!(
            "git fetch -q --depth=20 origin $COMMIT && git checkout -q --detach $COMMIT\n{}",
            lines(&job["before_script"])
        ),
        apply: lines(&job["script"]),
        record: job.get("after_script").map(lines),
    };
    // The effect of `actions/checkout`: without `ref` the commit, with it the tip.
    let commit = "git fetch -q --depth=1 origin +$COMMIT:refs/remotes/origin/main\n\
                  git checkout -q -B main refs/remotes/origin/main";
    vec![
        github(
            "GitHub, with a claim",
            &find(|block| block.get("jobs").is_some())["jobs"]["apply"]["steps"],
            commit,
        ),
        github(
            "GitHub, with a push",
            find(|block| block[0]["with"]["ref"] == "main"),
            &commit.replace("$COMMIT", "main"),
        ),
        gitlab(
            "GitLab, with a claim",
            &find(|block| block["apply"].get("resource_group").is_some())["apply"],
        ),
        gitlab(
            "GitLab, with a push",
            &find(|block| block["apply"].get("after_script").is_some())["apply"],
        ),
    ]
}

/// Event between a job's checkout and the end of its run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Meanwhile {
    Nothing,
    /// A colleague pushes another file.
    UnrelatedPush,
    /// A colleague pushes a lock with the entries next to those of this job.
    NeighbouringEntries,
    /// A colleague pushes between the job's fetch and its push, once.
    PushInBetween,
    /// A colleague pushes a lock that has one of the names.
    SameName,
    /// The job is killed while a create call is in flight, and another one runs later; with a claim, the
    /// disk of the first is lost.
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

/// A bare remote with clones of a colleague and of a runner, and a platform.
struct Stage {
    folder: TempDir,
    platform: Platform,
    environment: Vec<(String, String)>,
}

impl Stage {
    /// Creates a stage whose branch has a manifest of `c` and `d`.
    fn new(recipe: &Recipe) -> Self {
        let folder = TempDir::new().unwrap();
        let killed = folder.path().join("killed");
        // A call for `d` is answered once the job is killed, if it is to be killed.
        let platform = Platform::with(move |name, _| {
            while name == "d" && killed.with_extension("soon").exists() && !killed.exists() {
                thread::sleep(Duration::from_millis(5));
            }
            Create::Answered
        });
        let given = platform.cli(&[]).environment();
        let given =
            given.into_iter().filter(|(name, _)| name != "HOME" && name != "XDG_STATE_HOME");
        let text = |text: std::ffi::OsString| text.into_string().unwrap();
        let mut environment: Vec<_> =
            given.map(|(name, value)| (text(name), text(value))).collect();
        let variables = recipe.variables.map(|(name, value)| (name.to_owned(), value.to_owned()));
        environment.extend(variables);
        let stage = Self { folder, platform, environment };
        for name in ["home", "colleague"] {
            fs::create_dir(stage.path(name)).unwrap();
        }
        stage.run("", "git init -q --bare -b main remote.git");
        // Hosts such as GitHub and GitLab allow this too.
        stage.run("remote.git", "git config uploadpack.allowAnySHA1InWant true");
        stage.colleague("git init -q -b main && git remote add origin ../remote.git");
        fs::write(stage.path("colleague/README"), "x\n").unwrap();
        fs::write(stage.path("colleague/instances.yaml"), manifest(&["c", "d"])).unwrap();
        stage.commit("begin");
        stage
    }

    fn path(&self, name: impl AsRef<Path>) -> PathBuf {
        self.folder.path().join(name)
    }

    /// Prepares a script in a folder, without user settings.
    fn command(&self, folder: &str, script: &str) -> Command {
        let program = Path::new(env!("CARGO_BIN_EXE_instancectl")).parent().unwrap();
        let mut command = Command::new("bash");
        command
            .args(["-e", "-c", script])
            .current_dir(self.path(folder))
            .env_clear()
            .envs(self.environment.iter().cloned())
            .env("PATH", format!("{}:/usr/local/bin:/usr/bin:/bin", program.display()))
            .env("HOME", self.path("home"))
            .env("GIT_CONFIG_NOSYSTEM", "1")
            // The next run does not wait for 3 minutes.
            .env("INSTANCECTL_TEST_MINUTE", "500")
            .env("PUSH_URL", self.path("remote.git"))
            .stdin(Stdio::null());
        command
    }

    /// Runs a script that must succeed; returns its output.
    #[track_caller]
    fn run(&self, folder: &str, script: &str) -> String {
        let (code, shown) = shown(self.command(folder, script).output().unwrap());
        assert_eq!(code, Some(0), "{script}: {shown}");
        shown
    }

    /// Runs a script in the colleague's clone, with an identity.
    #[track_caller]
    fn colleague(&self, script: &str) {
        let identity = "export GIT_AUTHOR_NAME=c GIT_AUTHOR_EMAIL=c@d GIT_COMMITTER_NAME=c \
            GIT_COMMITTER_EMAIL=c@d; ";
        self.run("colleague", &format!("{identity}{script}"));
    }

    #[track_caller]
    fn commit(&self, message: &str) {
        self.colleague(&format!(
            "git add -A && git commit -q -m '{message}' && git push -q origin main"
        ));
    }

    /// Pushes a lock with these entries as a colleague.
    fn push_lock(&self, names: &[(&str, &str)]) {
        let (_, url) = &self.environment[0];
        fs::write(self.path("colleague/instances.lock"), lock(names, url)).unwrap();
        self.commit("record");
    }

    /// Checks out the commit of a job in a new folder.
    fn check_out(&self, recipe: &Recipe, runner: &str, commit: &str) {
        fs::create_dir(self.path(runner)).unwrap();
        self.run(runner, "git init -q -b main && git remote add origin file://$PUSH_URL");
        self.run(runner, &format!("COMMIT={commit}\n{}", recipe.checkout));
    }

    /// Runs the steps of a job in its checkout; returns their exit codes and output.
    fn run_job(&self, recipe: &Recipe, runner: &str) -> (Vec<Option<i32>>, String) {
        let mut codes = Vec::new();
        let mut all = String::new();
        for step in [Some(&recipe.apply), recipe.record.as_ref()].into_iter().flatten() {
            let (code, shown) = shown(self.command(runner, step).output().unwrap());
            codes.push(code);
            all += &shown;
        }
        (codes, all)
    }

    /// Runs a job whose runner is killed while the create call of `d` is in flight.
    fn killed_job(&self, recipe: &Recipe, runner: &str) {
        fs::write(self.path("killed.soon"), "").unwrap();
        let log = self.path("log");
        let mut job = self.command(runner, &recipe.apply);
        let file = fs::File::create(&log).unwrap();
        job.stdout(file.try_clone().unwrap()).stderr(file).process_group(0);
        let mut job = job.spawn().unwrap();
        let deadline = Instant::now() + Duration::from_mins(1);
        while self.platform.count("POST") < 2 {
            let shown = fs::read_to_string(&log).unwrap();
            assert!(Instant::now() < deadline, "{shown}");
            thread::sleep(Duration::from_millis(10));
        }
        let group = format!("-{}", job.id());
        assert!(Command::new("kill").args(["-9", "--", &group]).status().unwrap().success());
        job.wait().unwrap();
        fs::write(self.path("killed"), "").unwrap();
        match &recipe.record {
            Some(record) => {
                let (code, shown) = shown(self.command(runner, record).output().unwrap());
                assert_eq!(code, Some(0), "{shown}");
                let recorded = self.recorded();
                assert_eq!(recorded["c"], "created c-1", "{shown}");
                assert_eq!(recorded["d"], "unknown", "{shown}");
            }
            None => fs::remove_dir_all(self.path(runner)).unwrap(),
        }
    }

    /// Installs a hook that lets a colleague push, once, before the runner's push.
    fn push_in_between(&self, runner: &str) {
        let hook = "#!/bin/sh\n[ -e ../pushed ] && exit 0\ntouch ../pushed\ncd ../colleague\n\
            unset GIT_DIR\necho z > README\ngit add -A\ngit -c user.name=c -c user.email=c@d \
            commit -q -m between\ngit push -q origin main\n";
        install(&self.path(runner).join(".git/hooks/pre-push"), hook);
    }

    /// Returns the entries at the remote.
    fn recorded(&self) -> BTreeMap<String, String> {
        let text = self.run("remote.git", "git show main:instances.lock");
        entries(&serde_yaml::from_str(&text).unwrap())
    }
}

fn shown(output: Output) -> (Option<i32>, String) {
    let text = [output.stdout, output.stderr].map(|bytes| String::from_utf8(bytes).unwrap());
    (output.status.code(), text.concat())
}

fn install(hook: &Path, script: &str) {
    fs::create_dir_all(hook.parent().unwrap()).unwrap();
    fs::write(hook, script).unwrap();
    fs::set_permissions(hook, fs::Permissions::from_mode(0o755)).unwrap();
}

/// Returns a lock with these entries.
fn lock(names: &[(&str, &str)], url: &str) -> String {
    let mut text = String::from(
        "# Written by instancectl from instances.yaml. Commit it; do not edit it.\nversion: 1\n\
         instances:\n",
    );
    for (name, id) in names {
        let request = body(name);
        writeln!(
            text,
            "\n  {name}:\n    state: created\n    taskId: {id}\n    endpoint: {url}\n    \
             submittedAt: 2026-11-23T06:11:41Z\n    request: {request}"
        )
        .unwrap();
    }
    text
}

/// Runs one job and checks the result at the remote.
fn job(recipe: &Recipe, meanwhile: Meanwhile, round: usize) {
    let stage = Stage::new(recipe);
    let mut theirs = if round % 2 == 1 { vec![("b", "b-0")] } else { Vec::new() };
    let hold = |names: &[(&str, &str)]| {
        for (name, id) in names {
            stage.platform.holds(name, id, |_| {});
        }
    };
    hold(&theirs);
    if !theirs.is_empty() {
        stage.push_lock(&theirs);
    }
    let mut wanted: BTreeMap<String, String> = [("c", "created c-1"), ("d", "created d-2")]
        .map(|(name, entry)| (name.to_owned(), entry.to_owned()))
        .into();
    let commit = stage.run("remote.git", "git rev-parse main").trim().to_owned();
    stage.check_out(recipe, "runner", &commit);
    match meanwhile {
        Meanwhile::UnrelatedPush => {
            fs::write(stage.path("colleague/README"), "y\n").unwrap();
            stage.commit("unrelated");
        }
        Meanwhile::NeighbouringEntries => {
            theirs.extend([("bb", "bb-0"), ("e", "e-0")]);
            hold(&[("bb", "bb-0"), ("e", "e-0")]);
            stage.push_lock(&theirs);
        }
        Meanwhile::SameName => {
            // The platform's list does not show it yet.
            theirs.push(("d", "theirs"));
            stage.push_lock(&theirs);
        }
        Meanwhile::PushInBetween => stage.push_in_between("runner"),
        Meanwhile::Killed => stage.killed_job(recipe, "runner"),
        Meanwhile::Nothing => {}
    }
    let (runner, has_claim) = ("next", recipe.record.is_none());
    let (codes, shown) = if meanwhile == Meanwhile::Killed {
        stage.check_out(recipe, runner, &commit);
        stage.run_job(recipe, runner)
    } else {
        stage.run_job(recipe, "runner")
    };
    let is_double = meanwhile == Meanwhile::SameName && !has_claim;
    let code = if is_double { Some(4) } else { Some(0) };
    assert_eq!(codes.last(), Some(&code), "{} {meanwhile:?}: {shown}", recipe.name);
    wanted.extend(theirs.iter().map(|(name, id)| ((*name).to_owned(), format!("created {id}"))));
    let mut found = stage.recorded();
    let mut creates = stage.platform.creates();
    if is_double {
        // Both IDs are in the lock, one of them as a candidate.
        let text = stage.run("remote.git", "git show main:instances.lock");
        assert!(text.contains("d-2") && text.contains("theirs"), "{text}");
        found.remove("d");
        wanted.remove("d");
    } else if meanwhile == Meanwhile::SameName {
        // The run merged the lock of the branch first.
        creates.push("d".to_owned());
    }
    assert_eq!(found, wanted, "{} {meanwhile:?}: {shown}", recipe.name);
    assert_eq!(creates, ["c", "d"], "{} {meanwhile:?}: {shown}", recipe.name);
    // Only the lock was committed, and no claim is left.
    let files = stage.run("remote.git", "git ls-tree --name-only main");
    assert_eq!(files, "README\ninstances.lock\ninstances.yaml\n", "{} {meanwhile:?}", recipe.name);
    let refs = stage.run("remote.git", "git for-each-ref --format='%(refname)'");
    assert_eq!(refs, "refs/heads/main\n", "{} {meanwhile:?}", recipe.name);
}

#[test]
fn recipes_lose_nothing_during_concurrent_pushes() {
    let recipes = recipes();
    thread::scope(|threads| {
        for recipe in &recipes {
            threads.spawn(move || ALL.into_iter().for_each(|event| job(recipe, event, 0)));
            threads.spawn(move || ALL.into_iter().for_each(|event| job(recipe, event, 1)));
        }
    });
}

#[test]
#[ignore = "long"]
fn many_runs_of_each_recipe_lose_nothing() {
    const RUNS: usize = 25;
    let recipes = recipes();
    thread::scope(|threads| {
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
        let stage = Stage::new(&recipe);
        let commit = stage.run("remote.git", "git rev-parse main").trim().to_owned();
        stage.check_out(&recipe, "runner", &commit);
        let refuses_main = "#!/bin/sh\ncase \"$1\" in refs/heads/main) exit 1 ;; esac\n";
        install(&stage.path("remote.git/hooks/update"), refuses_main);
        let (codes, shown) = stage.run_job(&recipe, "runner");
        assert_eq!(codes.last(), Some(&Some(5)), "{}: {shown}", recipe.name);
        assert!(shown.contains("c-1") && shown.contains("d-2"), "{}: {shown}", recipe.name);
        assert!(shown.contains("refused the push to `main`"), "{}: {shown}", recipe.name);
    }
}

#[test]
fn remote_that_refuses_claims_stops_a_run_before_anything_is_sent() {
    for recipe in recipes().into_iter().filter(|recipe| recipe.record.is_none()) {
        let stage = Stage::new(&recipe);
        let commit = stage.run("remote.git", "git rev-parse main").trim().to_owned();
        stage.check_out(&recipe, "runner", &commit);
        install(&stage.path("remote.git/hooks/pre-receive"), "#!/bin/sh\nexit 1\n");
        let (codes, shown) = stage.run_job(&recipe, "runner");
        assert_eq!(codes, [Some(5)], "{}: {shown}", recipe.name);
        assert_eq!(stage.platform.creates(), [""; 0], "{}: {shown}", recipe.name);
    }
}
