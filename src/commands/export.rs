//! `export`: live instances as a manifest; with `--adopt` also its lock.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use futures_util::{StreamExt, TryStreamExt, stream};

use super::atomic_write::create_new;
use super::error::{CommandError, Exit};
use super::list::connect_account;
use super::load::unknown_instance;
use super::workspace::Workspace;
use crate::api::client::{ApiError, Client};
use crate::api::endpoints::detail::Detail;
use crate::cli::Export as Args;
use crate::export::{ExportedDocument, ExportedInstance, InstanceRemark, render};
use crate::ids::{InstanceName, TaskId};
use crate::language::Language;
use crate::lifecycle::{AccountRegion, Holder, Holders, list_account};
use crate::lockfile::Lockfile;
use crate::output::{CommandProblem, Console, ExportReport, FileReport, PathProblem};
use crate::request::{Request, requests};
use crate::source::SourceFile;
use crate::text::ManifestArgs;
use crate::validate::validate;

mod adopt;

/// Maximum concurrent detail requests.
const MAX_CONCURRENT_DETAILS: usize = 8;

pub(super) fn run(args: &Args, console: &mut Console) -> Result<Exit, CommandError> {
    if let Some(file) = &args.output {
        check_new(file)?;
    }
    let mut workspace = Workspace::with_any_manifests(&args.workspace, console)?;
    if let (true, Some(file)) = (args.adopt, &args.output) {
        return adopt::run(args, file, &mut workspace, console);
    }
    let found = find(args, &mut workspace, console)?;
    let text = found.text(console);
    let instances: Vec<_> = found.usable().map(|(_, instance)| instance).collect();
    let file = args.output.as_deref().map(|file| file.display().to_string()).unwrap_or_default();
    if let Some(file) = &args.output {
        write_new(file, &text, console)?;
        console.info(&console.words().file_written(file, false))?;
    }
    console.print_export(&ExportReport { text: &text, file: &file, instances: &instances })?;
    Ok(Exit::Done)
}

/// The instances to export, by region.
struct Found {
    regions: Vec<(Client, ExportedDocument)>,
    /// Whether some were omitted, because a lock has them.
    skipped: bool,
}

impl Found {
    /// Returns the manifest. In an object, it is the same in all languages.
    fn text(&self, console: &Console) -> String {
        let documents: Vec<_> = self.regions.iter().map(|(_, document)| document.clone()).collect();
        let words = if console.is_json() { Language::English } else { console.words() };
        render(&documents, &|remark| words.export_remark(remark))
    }

    /// Returns the instances that are not written as comments.
    fn usable(&self) -> impl Iterator<Item = (&Client, &ExportedInstance)> {
        let all = self.regions.iter();
        let all = all
            .flat_map(|(client, document)| document.instances.iter().map(move |one| (client, one)));
        all.filter(|(_, instance)| instance.disabled.is_none())
    }
}

/// Lists the instances, selects those that the user named, and reads their details.
fn find(
    args: &Args,
    workspace: &mut Workspace<Lockfile>,
    console: &mut Console,
) -> Result<Found, CommandError> {
    let regions = list(args, workspace)?;
    for AccountRegion { client, gap, .. } in &regions {
        if let Some(gap) = gap {
            let region = client.region().filter(|_| regions.len() > 1);
            console.info(&console.words().incomplete_list(*gap, region.as_ref()))?;
        }
    }
    let selected = select(args, workspace, &regions)?;
    let (mut found, mut names) = (Found { regions: Vec::new(), skipped: false }, BTreeSet::new());
    for (at, AccountRegion { client, .. }) in regions.into_iter().enumerate() {
        let here = selected.iter().filter(|(region, _)| *region == at);
        let ids = here.map(|(_, id)| id.clone()).collect();
        let document = document(workspace, &client, ids, &mut names)?;
        if !document.instances.is_empty() {
            found.regions.push((client, document));
        }
    }
    if found.regions.is_empty() {
        console.info(console.words().fixed().nothing_live)?;
    }
    skip_owned(args, workspace, &mut found, console)?;
    for instance in found.regions.iter().flat_map(|(_, document)| &document.instances) {
        if let Some(reason) = instance.disabled {
            console.info(&console.words().export_disabled(&instance.name, &instance.id, reason))?;
        }
    }
    Ok(found)
}

/// Lists each region. A platform that cannot list has the instances that the user names by their IDs.
fn list(
    args: &Args,
    workspace: &mut Workspace<Lockfile>,
) -> Result<Vec<AccountRegion>, CommandError> {
    connect_account(workspace)?;
    let locks = workspace.lockfiles();
    let list = |client: &Client| {
        let listed = workspace.platform.runtime.block_on(list_account(client, &locks, |_| true));
        match listed {
            Ok(region) => Ok(region),
            Err(ApiError::EndpointMissing(_)) if !args.names.is_empty() => {
                Ok(AccountRegion { client: client.clone(), instances: Vec::new(), gap: None })
            }
            Err(failure) => Err(CommandProblem::of_list(failure).into()),
        }
    };
    workspace.platform.clients().iter().map(list).collect()
}

/// Returns the IDs to export, each with the index of its region: all live ones, or those that names, globs and IDs select.
fn select(
    args: &Args,
    workspace: &Workspace<Lockfile>,
    regions: &[AccountRegion],
) -> Result<Vec<(usize, TaskId)>, CommandError> {
    let having = |fits: &dyn Fn(&Detail) -> bool| -> Vec<(usize, TaskId)> {
        let all = regions.iter().enumerate();
        let all = all.flat_map(|(at, one)| one.instances.iter().map(move |one| (at, &one.detail)));
        let mut found: Vec<_> = all.filter(|(_, detail)| fits(detail)).collect();
        found.sort_by_key(|(at, one)| (*at, one.create_time(), one.name(), one.id()));
        found.into_iter().map(|(at, detail)| (at, detail.id().clone())).collect()
    };
    if args.names.is_empty() {
        return Ok(having(&Detail::is_live));
    }
    let mut selected = Vec::new();
    for name in &args.names {
        let named = |detail: &Detail| detail.is_live() && detail.name() == Some(name);
        let with_id = |detail: &Detail| detail.id().as_str() == name;
        let pattern = glob::Pattern::new(name).ok();
        let matches = |detail: &Detail| {
            let fits =
                |pattern: &glob::Pattern| detail.name().is_some_and(|name| pattern.matches(name));
            detail.is_live() && pattern.as_ref().is_some_and(fits)
        };
        let ways: [&dyn Fn(&Detail) -> bool; 3] = [&named, &with_id, &matches];
        let found = ways.iter().map(|fits| having(*fits)).find(|found| !found.is_empty());
        let Some(found) = found.or_else(|| query_id(name, workspace, regions)) else {
            let known = regions.iter().flat_map(|region| &region.instances);
            let ended = known.clone().find(|one| one.detail.name() == Some(name));
            if let Some(ended) = ended {
                let sandbox = args.workspace.connection.sandbox;
                return Err(not_live(name, &ended.detail, sandbox).into());
            }
            let known = known.filter_map(|one| one.detail.name()).map(InstanceName::from);
            let known: Vec<InstanceName> = known.collect();
            return Err(unknown_instance(name, None, known.iter()).into());
        };
        selected.extend(found);
    }
    selected.sort_by_key(|(at, _)| *at);
    let mut seen = BTreeSet::new();
    selected.retain(|(_, id)| seen.insert(id.clone()));
    Ok(selected)
}

fn not_live(name: &str, detail: &Detail, sandbox: bool) -> CommandProblem {
    let id = detail.id().clone();
    let status = detail.status().map_or(String::new(), |status| status.as_str().to_owned());
    let export = ManifestArgs::default_manifest().sandbox(sandbox).command("export");
    let export = export.value(id.as_str());
    CommandProblem::NotLive { name: name.to_owned(), id, status, export }
}

/// Finds an ID that no list shows.
fn query_id(
    name: &str,
    workspace: &Workspace<Lockfile>,
    regions: &[AccountRegion],
) -> Option<Vec<(usize, TaskId)>> {
    let id: TaskId = name.parse().ok()?;
    let has = |region: &AccountRegion| {
        workspace.platform.runtime.block_on(region.client.detail(&id)).is_ok()
    };
    Some(vec![(regions.iter().position(has)?, id)])
}

/// Reads the details of instances. The first valid one of a name is used.
fn document(
    workspace: &Workspace<Lockfile>,
    client: &Client,
    ids: Vec<TaskId>,
    names: &mut BTreeSet<String>,
) -> Result<ExportedDocument, CommandError> {
    let details = stream::iter(ids.into_iter().map(async |id| client.detail(&id).await));
    let details = details.buffered(MAX_CONCURRENT_DETAILS).try_collect::<Vec<_>>();
    let details = workspace.platform.runtime.block_on(details)?;
    let instance = |detail: &Detail| {
        let mut instance = usable(detail);
        if instance.disabled.is_none() && !names.insert(instance.name.clone()) {
            instance.disabled = Some(InstanceRemark::SameName);
        }
        instance
    };
    Ok(ExportedDocument {
        region: client.region(),
        instances: details.iter().map(instance).collect(),
    })
}

/// Returns an instance whose text is valid and has exactly its script, or one that is written as a
/// comment.
fn usable(detail: &Detail) -> ExportedInstance {
    let reads_back = |instance: &ExportedInstance| {
        let document = ExportedDocument { region: None, instances: vec![instance.clone()] };
        let read = read_back(&render(&[document], &|_| String::new()));
        read.is_some_and(|read| {
            read.iter().any(|it| {
                it.name.as_str() == instance.name && it.task.start_script_content == instance.script
            })
        })
    };
    let mut instance = ExportedInstance::new(detail, false);
    if reads_back(&instance) {
        return instance;
    }
    let quoted = ExportedInstance::new(detail, true);
    if reads_back(&quoted) {
        return quoted;
    }
    instance.disabled = Some(InstanceRemark::NotValid);
    instance
}

/// Returns the requests of the text of a manifest, if it is valid.
fn read_back(text: &str) -> Option<Vec<Request>> {
    let (source, error) = SourceFile::from_bytes("export", text.as_bytes().to_vec());
    validate(&source, error).manifest.map(requests)
}

/// With `--adopt`, omits instances that the locks at hand have: an ID is in one lock only.
fn skip_owned(
    args: &Args,
    workspace: &Workspace<Lockfile>,
    found: &mut Found,
    console: &mut Console,
) -> Result<(), CommandError> {
    if !args.adopt {
        return Ok(());
    }
    let (words, locks) = (console.words(), workspace.lockfiles());
    let holders = Holders::new(&locks);
    let mut notes = Vec::new();
    for (_, document) in &mut found.regions {
        document.instances.retain(|one| {
            let note = match holders.holder_of(&one.id, Some(&one.name)) {
                Holder::Lock(job) => {
                    words.export_skipped(&one.name, &workspace.manifests[job].file)
                }
                Holder::Undecided(job) => {
                    words.export_undecided(&one.name, &workspace.manifests[job].file)
                }
                Holder::None => return true,
            };
            notes.push(note);
            false
        });
    }
    found.regions.retain(|(_, document)| !document.instances.is_empty());
    found.skipped = !notes.is_empty();
    notes.iter().try_for_each(|note| console.info(note)).map_err(Into::into)
}

/// Checks that a file can be a new manifest.
fn check_new(file: &Path) -> Result<(), CommandError> {
    let is_yaml = file.extension().is_some_and(|end| end == "yaml" || end == "yml");
    if !is_yaml {
        return Err(CommandError::path(file, PathProblem::ExportIsNotYaml));
    }
    if file.file_name().is_some_and(|name| name.to_string_lossy().contains(".sandbox.")) {
        return Err(CommandProblem::SandboxManifestName { file: file.display().to_string() }.into());
    }
    if fs::symlink_metadata(file).is_ok() {
        return Err(CommandError::path(file, PathProblem::ExportExists));
    }
    Ok(())
}

/// Writes a manifest that does not exist yet, and prints its warnings: a script may contain a secret that
/// would be committed.
fn write_new(path: &Path, text: &str, console: &mut Console) -> Result<(), CommandError> {
    create_new(path, text, PathProblem::ExportExists)?;
    let name = path.display().to_string();
    let (source, unreadable) = SourceFile::from_bytes(&name, text.as_bytes().to_vec());
    let checked = validate(&source, unreadable);
    Ok(console.written_warnings(&FileReport { source: source.into(), checked })?)
}
