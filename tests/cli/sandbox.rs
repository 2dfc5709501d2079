//! `sandbox` serves the platform's API to any client with its two lines in the environment.

use std::fs;

use crate::stage::{project, written};
use crate::support::{Cli, Running};

/// Starts a sandbox and returns the two variables that it prints.
fn serve(args: &[&str]) -> (Running, [(String, String); 2]) {
    let running = Cli::new().args(["sandbox"]).args(args.to_vec()).start();
    let _ = running.stderr_until("serving until interrupted\n");
    let printed = running.stdout_until("INSTANCECTL_TOKEN=");
    let lines: Vec<(String, String)> = printed
        .lines()
        .map(|line| line.split_once('=').unwrap())
        .map(|(name, value)| (name.to_owned(), value.to_owned()))
        .collect();
    let lines: [(String, String); 2] = lines.try_into().unwrap();
    assert_eq!(lines[0].0, "INSTANCECTL_ENDPOINT");
    assert_eq!(lines[1].0, "INSTANCECTL_TOKEN");
    assert!(lines[0].1.starts_with("http://127.0.0.1:"), "{lines:?}");
    (running, lines)
}

fn at(cli: &Cli, variables: &[(String, String); 2]) -> Cli {
    variables.iter().fold(cli.clone(), |cli, (name, value)| cli.env(name, value))
}

#[test]
fn sandbox_serves_clients_that_use_its_variables() {
    for signal in ["TERM", "INT"] {
        let (running, variables) = serve(&["--port", "0"]);
        let cli = project(["a", "b"]);
        let _ = at(&cli, &variables).apply().run().code(0).stdout_has("2 created\n");
        let lock = cli.lock("instances.lock");
        assert_eq!(lock["instances"]["a"]["endpoint"], variables[0].1.trim_end_matches("/ai"));
        let _ = at(&cli, &variables).apply().run().code(0).nothing_to_create(2);
        let forged = at(&cli, &variables).env("INSTANCECTL_TOKEN", "forged");
        let _ = forged.apply().args(["--lock", "other.lock"]).run().code(7);
        running.signal(signal);
        let printed = format!(
            "INSTANCECTL_ENDPOINT={}\nINSTANCECTL_TOKEN={}\n",
            variables[0].1, variables[1].1
        );
        let _ = running.end().is(0, &printed, "serving until interrupted\n");
    }
}

#[test]
fn built_in_sandbox_remembers_its_instances() {
    let cli = project(["a", "b"]);
    let sandbox = cli.apply().args(["--sandbox"]);
    let _ = sandbox.run().code(0).stdout_has("2 created\n");
    let _ = sandbox.run().code(0).nothing_to_create(2);
    let lock = cli.lock("instances.sandbox.lock");
    let ids: Vec<&str> =
        ["a", "b"].iter().map(|n| lock["instances"][n]["taskId"].as_str().unwrap()).collect();
    assert!(ids.iter().all(|id| id.len() == 32), "{ids:?}");
    assert_ne!(ids[0], ids[1]);
    let wanted = [("a", format!("created {}", ids[0])), ("b", format!("created {}", ids[1]))];
    assert_eq!(crate::stage::entries(&lock), written(wanted));
    assert!(!cli.path("instances.lock").exists());
}

#[test]
fn occupied_port_is_a_usage_error() {
    let taken = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let port = taken.local_addr().unwrap().port().to_string();
    let _ = Cli::new().args(["sandbox", "--port", &port]).run().code(2).stdout("");
}

#[test]
fn recreated_directory_gets_a_new_sandbox() {
    let cli = project(["a"]);
    let apply = |folder: &str| {
        fs::create_dir(cli.path(folder)).unwrap();
        fs::copy(cli.path("instances.yaml"), cli.path(folder).join("instances.yaml")).unwrap();
        let path = format!("{folder}/instances.yaml");
        cli.clone().args(["apply", "--sandbox", "--yes", "-f", &path]).run()
    };
    let _ = apply("one").code(0);
    let _ = apply("two").code(0);
    // A new checkout at the path of an old one.
    fs::remove_dir_all(cli.path("one")).unwrap();
    let _ = apply("one").code(0);
    // In the same folder, a deleted lock counts as lost.
    fs::remove_file(cli.path("one/instances.sandbox.lock")).unwrap();
    let run = cli.clone().args(["apply", "--sandbox", "--yes", "-f", "one/instances.yaml"]).run();
    let _ = run.code(6).stderr_has("already live on the platform and in no lock");
}

/// Returns the state directory of the only built-in sandbox.
fn state_folder(cli: &Cli) -> std::path::PathBuf {
    let mut folders = fs::read_dir(cli.path(".home/state/instancectl/sandbox")).unwrap();
    folders.next().unwrap().unwrap().path()
}

#[test]
fn sandbox_of_a_running_process_is_joined() {
    let cli = project(["a", "b"]);
    let _ = cli.apply().args(["--sandbox"]).run().code(0);
    let wait = ["wait", "--sandbox", "-f", "instances.yaml", "--for", "Terminated"];
    let waiting = cli.clone().args(wait).start();
    let _ = waiting.stderr_until("a: ");
    let status = cli.clone().args(["status", "--sandbox", "-f", "instances.yaml"]).run();
    let _ = status.code(0).stderr("").stdout_has("2 ");
    let serving = state_folder(&cli).join("serving");
    let mode =
        std::os::unix::fs::PermissionsExt::mode(&fs::metadata(&serving).unwrap().permissions());
    assert_eq!(mode & 0o777, 0o600);
    let token = fs::read_to_string(&serving).unwrap().lines().last().unwrap().to_owned();
    // The wait sees what the other process did.
    let stop = ["stop", "--sandbox", "-f", "instances.yaml", "--yes"];
    let _ = cli.clone().args(stop).run().code(0).nowhere(&token);
    let _ = waiting.end().code(0).stdout_has("2 of 2 reached Terminated").nowhere(&token);
}

#[test]
fn joined_process_goes_on_after_the_first_one_is_killed() {
    let cli = project(["a"]);
    let _ = cli.apply().args(["--sandbox"]).run().code(0);
    let wait = |status| {
        let wait = ["wait", "--sandbox", "-f", "instances.yaml", "--for", status];
        let running = cli.clone().args(wait).start();
        let _ = running.stderr_until("a: ");
        running
    };
    let first = wait("Terminated");
    let others = [wait("Terminated"), wait("Terminated")];
    let _ = first.kill();
    let stop = ["stop", "--sandbox", "-f", "instances.yaml", "--yes"];
    let _ = cli.clone().args(stop).run().code(0).stdout_has("1 stopped\n");
    for other in others {
        let _ = other.end().code(0).stdout_has("1 of 1 reached Terminated");
    }
}

#[test]
fn ten_processes_start_one_sandbox_at_once() {
    let cli = project(["a"]);
    let names: Vec<String> = (0..10).map(|at| format!("p{at}")).collect();
    let mut running = Vec::new();
    for name in &names {
        let cli = cli.clone().file(format!("{name}.yaml"), crate::stage::manifest([name]));
        let file = format!("{name}.yaml");
        running.push(cli.args(["apply", "--sandbox", "--yes", "--wait", "-f", &file]).start());
    }
    for (running, name) in running.into_iter().zip(&names) {
        let _ = running.end().code(0).stdout_has(&format!("{name}: Running\n"));
    }
    let all = names.iter().flat_map(|name| ["-f".to_owned(), format!("{name}.yaml")]);
    let status = cli.clone().args(["status", "--sandbox"]).args(all).run();
    let _ = status.code(0).stdout_has("10 Running; ");
}

#[test]
fn stale_address_of_another_program_is_not_used() {
    let cli = project(["a"]);
    let _ = cli.apply().args(["--sandbox"]).run().code(0);
    let other = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let serving = state_folder(&cli).join("serving");
    fs::write(&serving, format!("{}\nstale\n", other.local_addr().unwrap())).unwrap();
    let status = cli.clone().args(["status", "--sandbox", "-f", "instances.yaml"]).run();
    let _ = status.code(0).stderr("").stdout_has("1 ");
}
