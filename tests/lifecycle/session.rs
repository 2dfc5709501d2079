//! A new user's session, in the sandbox: no account, no cost.

use serde_json::Value;

use crate::support::Cli;

#[test]
fn session_goes_from_empty_directory_to_instance_and_back() {
    let cli = Cli::new();
    let run = |words: &str| {
        let words = words.split(' ').map(str::to_owned).collect::<Vec<_>>();
        cli.clone().args(words).args(["--sandbox", "-f", "instances.yaml"]).run()
    };
    cli.clone().args(["init"]).run().code(0);
    cli.clone().args(["validate", "instances.yaml"]).run().code(0);
    run("plan --refresh").code(0).stdout_has("  + train-a: create\n").nowhere("warning");
    let output = run("apply --yes --wait").code(0).stdout_has("train-a: created ");
    output.stdout_has("\ntrain-a: Running\n1 of 1 reached Running after ");
    let output = run("status").code(0).stdout_has("Running").stdout_has("1 card in use");
    output.nowhere("https://sandbox.invalid/").nowhere("warning");
    run("status --show-urls").code(0).stdout_has("https://sandbox.invalid/");
    let url = run("url train-a").code(0).stderr("").stdout;
    assert!(url.starts_with("https://sandbox.invalid/") && url.lines().count() == 1, "{url:?}");
    assert!(!cli.read("instances.sandbox.lock").contains("sandbox.invalid"));

    run("stop --yes").code(0).stdout("train-a: stopped\n1 stopped\n");
    run("status").code(0).stdout_has("Terminated").stdout_has("0 cards in use");
    run("url train-a").code(3).stdout("").stderr_has("no access address now");
    run("start --yes").code(0).stdout("train-a: started\n1 started\n");
    run("wait --timeout 1m").code(0).stdout_has("train-a: Running\n");

    let text = cli.read("instances.yaml");
    assert!(text.contains("cpuNumber: 8"), "{text}");
    std::fs::write(cli.path("instances.yaml"), text.replace("cpuNumber: 8", "cpuNumber: 400"))
        .unwrap();
    // The sandbox accepts what its catalog does not have.
    run("plan --refresh --replace train-a").code(0).stdout_has("cpuNumber: 8 -> 400").stderr("");
    run("apply --yes --replace train-a").code(0).stdout_has("train-a: created ");
    run("destroy --yes").code(0).stdout_has("1 deleted\n");
    let output = run("status --format json").code(0);
    let found: Value = serde_json::from_str(&output.stdout).unwrap();
    assert_eq!((&found["instances"], &found["notCreated"]), (&Value::Array(Vec::new()), &1.into()));
}

#[test]
fn catalog_needs_no_manifest() {
    let catalog = |words: &str| {
        let words = words.split(' ').map(str::to_owned).collect::<Vec<_>>();
        Cli::new().args(["catalog"]).args(words).args(["--sandbox"]).run().code(0).stderr("")
    };
    catalog("groups").stdout_has("kshdnormal  ");
    catalog("mounts").stdout_has("/public/home/sandbox\n");
    catalog("images --name pytorch").stdout_has("pytorch:2.3.0").nowhere("ubuntu:22.04");
    catalog("limits --accelerator-type dcu --resource-group kshdnormal")
        .stdout_has("cpuNumber   32\n");
}
