//! `plan`, `apply --dry-run` and `apply` agree in random worlds: about every instance, about the
//! totals, and about the requests that are sent.

use std::collections::BTreeMap;
use std::thread;

use serde_json::{Map, Value, json};

use crate::platform::{List, Platform, body};
use crate::support::{Cli, Output};

/// The instances, each with its number of cards: the sum of the created ones shows which they are.
const NAMES: [(&str, u64); 5] = [("a", 1), ("b", 2), ("c", 4), ("d", 8), ("e", 16)];

/// An earlier history of one instance.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Past {
    New,
    Created,
    Changed,
    Ended,
    Gone,
    Orphan,
    OrphanGone,
    /// Live and in no lock; with the body of the manifest, or with another one.
    Unrecorded,
    UnrecordedAndDifferent,
    /// In the lock, and another live instance has its name.
    Duplicate,
    Deleting,
    DeletingGone,
    DeletingOrphan,
    /// The outcome of its create is unknown, and the platform has it.
    UnknownFound,
    Unknown,
    /// It was created at another endpoint.
    Elsewhere,
    Absent,
}

const PASTS: [Past; 17] = [
    Past::New,
    Past::Created,
    Past::Changed,
    Past::Ended,
    Past::Gone,
    Past::Orphan,
    Past::OrphanGone,
    Past::Unrecorded,
    Past::UnrecordedAndDifferent,
    Past::Duplicate,
    Past::Deleting,
    Past::DeletingGone,
    Past::DeletingOrphan,
    Past::UnknownFound,
    Past::Unknown,
    Past::Elsewhere,
    Past::Absent,
];

/// A small generator of random numbers.
struct Random(u64);

impl Random {
    fn below(&mut self, end: u64) -> u64 {
        self.0 =
            self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % end
    }

    fn one_of<T: Copy>(&mut self, items: &[T]) -> T {
        items[usize::try_from(self.below(items.len() as u64)).unwrap()]
    }

    fn chance(&mut self, percent: u64) -> bool {
        self.below(100) < percent
    }
}

impl Past {
    fn in_manifest(self) -> bool {
        use Past::{Absent, DeletingOrphan, Orphan, OrphanGone};
        !matches!(self, Orphan | OrphanGone | DeletingOrphan | Absent)
    }

    fn is_live(self) -> bool {
        use Past::{Absent, DeletingGone, Elsewhere, Gone, New, OrphanGone, Unknown};
        !matches!(self, New | Gone | OrphanGone | DeletingGone | Unknown | Elsewhere | Absent)
    }

    fn state(self) -> Option<&'static str> {
        match self {
            Self::New | Self::Unrecorded | Self::UnrecordedAndDifferent | Self::Absent => None,
            Self::Deleting | Self::DeletingGone | Self::DeletingOrphan => Some("deleting"),
            Self::UnknownFound | Self::Unknown => Some("unknown"),
            _ => Some("created"),
        }
    }
}

struct World {
    what: String,
    platform: Platform,
    cli: Cli,
    flags: Vec<String>,
    /// Number of started deletions of instances that are not selected.
    unselected_deletions: usize,
    deletions: usize,
}

fn request(name: &str, cards: u64) -> Value {
    let mut request = body(name);
    request["gpuNumber"] = json!(cards);
    request
}

fn world(seed: u64) -> World {
    let mut random = Random(seed);
    random.below(2);
    let platform = Platform::new();
    let (mut requests, mut entries, mut pasts) = (Vec::new(), Map::new(), BTreeMap::new());
    for (name, cards) in NAMES {
        let past = random.one_of(&PASTS);
        pasts.insert(name, past);
        if past.in_manifest() {
            requests.push(request(name, cards));
        }
        if let Some(state) = past.state() {
            entries.insert(name.to_owned(), entry(name, cards, past, state, &platform));
        }
        if past.is_live() {
            platform.holds(name, &format!("id-{name}"), |task| {
                task["gpuNumber"] = json!(cards);
                if past == Past::Ended {
                    task["status"] = json!("Completed");
                }
                if matches!(past, Past::Changed | Past::UnrecordedAndDifferent) {
                    task["cpuNumber"] = json!(7);
                }
            });
        }
        if past == Past::Duplicate {
            platform.holds(name, &format!("other-{name}"), |_| {});
        }
    }
    let list = random.one_of(&[List::Parts(100), List::Parts(2), List::SecondForm]);
    platform.set(|state| state.list = list);
    let mut limits = Map::new();
    for limit in ["cards", "cardHours"] {
        if random.chance(15) {
            limits.insert(limit.to_owned(), json!(random.below(40)));
        }
    }
    let text = json!({"limits": limits, "instances": requests}).to_string();
    let cli = platform.cli(&[]).file("a.yaml", text);
    if !entries.is_empty() {
        let lock = json!({"version": 1, "instances": entries});
        std::fs::write(cli.path("a.lock"), format!("{lock}\n")).unwrap();
    }
    let named: Vec<&str> = pasts.iter().filter(|(_, p)| p.in_manifest()).map(|(n, _)| *n).collect();
    let (flags, selected) = flags(&mut random, &named, &pasts);
    let deleting = |name: &&str| pasts[*name].state() == Some("deleting");
    let deletions = pasts.keys().filter(|name| deleting(name));
    let unselected =
        deletions.clone().filter(|name| !selected.is_empty() && !selected.contains(name));
    World {
        what: format!("seed {seed}: {pasts:?}, {list:?}, {limits:?}, {flags:?}"),
        unselected_deletions: unselected.count(),
        deletions: deletions.count(),
        platform,
        cli,
        flags,
    }
}

fn entry(name: &str, cards: u64, past: Past, state: &str, platform: &Platform) -> Value {
    let mut request = request(name, cards);
    if past == Past::Changed {
        request["cpuNumber"] = json!(7);
    }
    let endpoint = match past {
        Past::Elsewhere => "https://ai.example.cn:65011".to_owned(),
        _ => platform.url(),
    };
    let mut entry = json!({
        "state": state, "endpoint": endpoint, "submittedAt": "2026-11-23T06:11:41Z",
        "request": request,
    });
    if state == "unknown" {
        entry["before"] = json!([]);
        entry["newest"] = json!("2026-11-22 00:00:00");
    } else {
        entry["taskId"] = json!(format!("id-{name}"));
    }
    entry
}

/// Returns the flags of all commands, and the names that they select.
fn flags<'a>(
    random: &mut Random,
    named: &[&'a str],
    pasts: &BTreeMap<&'a str, Past>,
) -> (Vec<String>, Vec<&'a str>) {
    let mut flags = Vec::new();
    if !named.is_empty() && random.chance(40) {
        let name = random.one_of(named);
        let glob = random.one_of(&["*", "[ab]*"]);
        let fits = glob == "*" || named.iter().any(|name| matches!(*name, "a" | "b"));
        let value = if random.chance(30) && fits { glob } else { name };
        flags.extend(["--replace".to_owned(), value.to_owned()]);
    }
    for flag in ["--replace-all", "--keep-changed", "--prune", "--adopt"] {
        if random.chance(30) {
            flags.push(flag.to_owned());
        }
    }
    for (flag, most) in [("--max-cards", 40), ("--max-card-hours", 40)] {
        if random.chance(15) {
            flags.extend([flag.to_owned(), random.below(most).to_string()]);
        }
    }
    let known = |name: &&&str| pasts[**name].in_manifest() || pasts[**name].state().is_some();
    let known: Vec<&str> = pasts.keys().filter(known).copied().collect();
    let mut selected = Vec::new();
    if !known.is_empty() && random.chance(25) {
        selected.push(random.one_of(&known));
        flags.push(selected[0].to_owned());
    }
    (flags, selected)
}

impl World {
    fn run(&self, words: &[&str]) -> Output {
        self.cli.clone().args(words).args(["-f", "a.yaml"]).args(&self.flags).run()
    }

    fn sent(&self) -> (Vec<String>, Vec<String>) {
        (self.platform.creates(), self.platform.deletes())
    }
}

fn object(output: &Output) -> Value {
    serde_json::from_str(&output.stdout).unwrap_or_else(|error| panic!("{error}: {output:?}"))
}

/// Returns the action and the changes of each instance. A started deletion is finished before the
/// plan of `apply`, so that instance is left out.
fn rows(found: &Value, deleting: &[&str]) -> BTreeMap<String, (Value, Value)> {
    let rows = found["instances"].as_array().unwrap().iter();
    let rows = rows.map(|row| {
        let name = row["name"].as_str().unwrap().to_owned();
        (name, (row["action"].clone(), row["changes"].clone()))
    });
    rows.filter(|(name, _)| !deleting.contains(&name.as_str())).collect()
}

/// Returns the number before a phrase of the totals.
fn total(plan: &Output, phrase: &str) -> usize {
    // The rows before the totals are indented; long totals are of two lines.
    let lines: Vec<&str> = plan.stdout.lines().collect();
    let totals = lines.rsplit(|line| line.starts_with(' ')).next().unwrap_or_default().join(" ");
    let Some((before, _)) = totals.split_once(phrase) else { return 0 };
    match before.trim_end().rsplit(' ').next().unwrap() {
        "nothing" => 0,
        number => number.parse().unwrap(),
    }
}

fn check(seed: u64) {
    let world = world(seed);
    let what = &world.what;
    let untouched = world.sent();

    let (plan, dry) = (world.run(&["plan"]), world.run(&["apply", "--dry-run"]));
    assert_eq!((plan.code, dry.code), (Some(0), Some(0)), "{what}: {plan:?} {dry:?}");
    let json = ["--format", "json"];
    // With `--replace-all` a plan asks the platform, and a dry run cannot: it says so.
    if world.flags.iter().any(|flag| flag == "--replace-all") {
        assert_eq!(plan.stdout, world.run(&["plan", "--refresh"]).stdout, "{what}");
        assert!(dry.stderr.contains("`plan --replace-all` asks the platform"), "{what}: {dry:?}");
    } else {
        assert!(dry.stdout.starts_with(&plan.stdout), "{what}: {plan:?} {dry:?}");
        let offline = object(&world.run(&["plan", json[0], json[1]]));
        let dry = object(&world.run(&["apply", "--dry-run", json[0], json[1]]));
        assert_eq!(offline["summary"], dry["summary"], "{what}");
        assert_eq!(rows(&offline, &[]), rows(&dry, &[]), "{what}");
    }

    let planned = world.run(&["plan", "--refresh", "--detailed-exitcode", json[0], json[1]]);
    let text = world.run(&["plan", "--refresh"]);
    assert_eq!(world.sent(), untouched, "{what}: plan only reads");
    let applied = world.run(&["apply", "--yes", "--refresh", "--settle", "1s", json[0], json[1]]);
    let (creates, deletes) = world.sent();
    let context =
        format!("{what}:\n{text:?}\n{applied:?}\ncreates {creates:?}, deletes {deletes:?}");

    let sends = creates.len() + deletes.len() > 0;
    assert_eq!(planned.code, Some(if sends { 9 } else { 0 }), "{context}");
    if text.stderr.contains("`apply` would send nothing") {
        assert_eq!((applied.code, creates.len()), (Some(6), 0), "{context}");
        assert!(deletes.len() <= world.deletions, "{context}");
        return;
    }
    let (planned, done) = (object(&planned), object(&applied));
    let cards: u64 = NAMES
        .iter()
        .filter(|(name, _)| creates.iter().any(|made| made == name))
        .map(|one| one.1)
        .sum();
    assert_eq!(planned["summary"]["cards"], json!(cards), "{context}");
    assert_eq!(done["summary"]["cards"], json!(cards), "{context}");
    assert_eq!(planned["summary"]["cardHours"], done["summary"]["cardHours"], "{context}");
    let replaced = total(&text, " to replace");
    assert_eq!(total(&text, " to create") + replaced, creates.len(), "{context}");
    let expected = total(&text, " to delete") + replaced + world.unselected_deletions;
    assert_eq!(expected, deletes.len(), "{context}");
    let adopted = done["summary"]["outcomes"]["adopted"].as_u64().unwrap();
    assert_eq!(total(&text, " to adopt") as u64, adopted, "{context}");
    let deleting: Vec<&str> = NAMES
        .map(|one| one.0)
        .into_iter()
        .filter(|name| what.contains(&format!("\"{name}\": Deleting")))
        .collect();
    assert_eq!(rows(&planned, &deleting), rows(&done, &deleting), "{context}");
}

fn check_all(seeds: std::ops::Range<u64>) {
    thread::scope(|threads| {
        for part in 0..4 {
            let seeds = seeds.clone();
            threads.spawn(move || seeds.filter(|seed| seed % 4 == part).for_each(check));
        }
    });
}

#[test]
fn plan_dry_run_and_apply_agree_in_random_worlds() {
    check_all(0..40);
}

#[test]
#[ignore = "takes minutes; run with --ignored"]
fn plan_dry_run_and_apply_agree_in_many_random_worlds() {
    check_all(40..2000);
}
