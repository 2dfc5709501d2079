"""Carries out the composite actions as GitHub's runner does: each step with bash, its inputs in the
environment."""

import functools
import hashlib
import json
import os
import platform
import re
import subprocess
import sys
import tarfile
import threading
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import yaml

actions, program, folder = (Path(argument).resolve() for argument in sys.argv[1:])
GOOD = "instanceServiceName: a\ntaskType: ssh\nacceleratorType: dcu\nresourceGroup: g\n" \
    'imagePath: i/b:1\ncpuNumber: 8\ngpuNumber: 0\nramSize: 27GiB\ntimeoutLimit: "04:00:00"\n'


class Result:
    """Exit code, output streams, outputs and step summary of an action."""

    def __init__(self, action, within, environment, **inputs):
        action = actions / action
        steps = yaml.safe_load((action / "action.yml").read_text())
        given = {name.replace("_", "-"): value for name, value in inputs.items()}
        assert given.keys() <= steps["inputs"].keys(), given
        inputs = {name: one["default"] for name, one in steps["inputs"].items()} | given
        values = {f"inputs.{name}": value for name, value in inputs.items()}
        values["github.action_repository || github.repository"] = "owner/name"
        value = lambda text: re.sub(r"\$\{\{ (.+?) \}\}", lambda m: values[m[1]], text)
        search = os.environ["PATH"] if inputs["version"] else f"{program.parent}:{os.environ['PATH']}"
        names = ("GITHUB_OUTPUT", "GITHUB_STEP_SUMMARY", "GITHUB_PATH")
        files = {name: folder / name for name in names}
        for file in files.values():
            file.write_text("")
        self.stdout, results = "", {}
        for step in steps["runs"]["steps"]:
            assert step["shell"] == "bash" and "${{" not in step["run"], step
            env = {name: value(text) for name, text in step.get("env", {}).items()}
            path = ":".join([*reversed(files["GITHUB_PATH"].read_text().split("\n")[:-1]), search])
            env = os.environ | {"PATH": path, "GITHUB_ACTION_PATH": str(action)} | env
            env |= {"RUNNER_TEMP": str(folder)} | environment
            env |= {name: str(file) for name, file in files.items()}
            shell = ["bash", "--noprofile", "--norc", "-eo", "pipefail", "-c", step["run"]]
            done = subprocess.run(shell, cwd=within, env=env, capture_output=True, text=True)
            self.code, self.stderr = done.returncode, done.stderr
            self.stdout += done.stdout
            lines = files["GITHUB_OUTPUT"].read_text().splitlines()
            results[f"steps.{step.get('id')}.outputs"] = dict(line.split("=", 1) for line in lines)
            if self.code:
                break
        self.summary = files["GITHUB_STEP_SUMMARY"].read_text()
        self.outputs = {}
        for name, output in steps.get("outputs", {}).items():
            source, _, key = output["value"][4:-3].rpartition(".")
            self.outputs[name] = results.get(source, {}).get(key)


def validate(**inputs):
    done = Result("validate", folder / "project", {}, **inputs)
    return done.code, done.stdout, done.stderr


def validate_reports_problems():
    project = folder / "project"
    (project / "deep").mkdir(parents=True)
    (project / "instances.yaml").write_text(GOOD)
    (project / "deep" / "-a $(touch run) b.yaml").write_text("instances: 1\n")
    code, output, error = validate()
    assert (code, error) == (0, ""), (code, output, error)
    assert "::warning title=no-cards,file=instances.yaml,line=7," in output, output
    code, output, _ = validate(deny_warnings="true")
    assert code == 1 and "::error title=no-cards," in output, output
    code, output, _ = validate(
        paths="instances.yaml\ndeep/-a $(touch run) b.yaml\n", sarif="r e.sarif")
    wrong = "::error title=wrong-type,file=deep/-a $(touch run) b.yaml,"
    assert code == 1 and wrong in output, output
    assert len(json.loads((project / "r e.sarif").read_text())["runs"][0]["results"]) == 2
    assert not (project / "run").exists() and not (project / "deep" / "run").exists()
    code, output, _ = validate(paths=".", recursive="true", annotations="false")
    assert code == 1 and "checked 2 files" in output and "::error" not in output, output
    code, _, error = validate(recursive="yes")
    assert (code, error) == (2, "error: the input recursive is neither true nor false\n"), error


def the_release_for_the_runner_is_installed():
    """From a folder and from a server: another program, to tell it from the one on the PATH."""
    target = f"{platform.machine()}-unknown-linux-gnu"
    release, name = folder / "release", f"instancectl-v0.0.1-{target}"
    (release / name).mkdir(parents=True)
    script = release / name / "instancectl"
    script.write_text('#!/bin/sh\necho "released: $*"\n')
    script.chmod(0o755)
    archive = release / f"{name}.tar.gz"
    with tarfile.open(archive, "w:gz") as packed:
        packed.add(release / name, name)
    digest = hashlib.sha256(archive.read_bytes()).hexdigest()
    (release / "SHA256SUMS").write_text(f"{'0' * 64}  other.tar.gz\n{digest}  {archive.name}\n")
    code, output, error = validate(version=str(release))
    assert code == 0, (output, error)
    assert "\nreleased: validate --format github --filename=instances.yaml\n" in output, output
    served = folder / "served" / "owner" / "name" / "releases" / "download"
    served.mkdir(parents=True)
    (served / "v0.0.1").symlink_to(release)
    SimpleHTTPRequestHandler.log_message = lambda *_: None
    handler = functools.partial(SimpleHTTPRequestHandler, directory=folder / "served")
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever).start()
        url = {"GITHUB_SERVER_URL": f"http://127.0.0.1:{server.server_port}"}
        done = Result("validate", folder / "project", url, version="0.0.1")
        assert done.code == 0 and "\nreleased: validate " in done.stdout, (done.stdout, done.stderr)
        done = Result("validate", folder / "project", url, version="0.0.2")
        assert done.code == 22 and "404" in done.stderr, (done.stdout, done.stderr)
        server.shutdown()
    archive.write_bytes(archive.read_bytes() + b" ")
    code, output, error = validate(version=str(release))
    assert code == 2 and "released:" not in output, (code, output)
    assert f"error: {archive.name} is not the file of the release\n" in error, error
    (release / "SHA256SUMS").write_text(f"{'0' * 64}  other.tar.gz\n")
    code, _, error = validate(version=str(release))
    assert (code, error) == (2, f"error: SHA256SUMS does not have {archive.name}\n"), (code, error)
    code, _, error = validate(version="../0.1.0")
    assert code == 2 and "error: the input version is neither a version such as " in error, error


def git(within, *arguments):
    identity = ["-c", "user.name=a", "-c", "user.email=a@b"]
    command = ["git", *identity, *arguments]
    return subprocess.run(command, cwd=within, check=True, capture_output=True, text=True).stdout


def apply_creates_and_records(sandbox):
    """The checkout is that of a job: shallow, of a commit and not of a branch."""
    git(folder, "init", "-q", "--bare", "-b", "main", "remote.git")
    git(folder, "clone", "-q", "remote.git", "clone")
    clone, checkout = folder / "clone", folder / "checkout"
    manifest = GOOD.replace("gpuNumber: 0", "gpuNumber: 1")
    (clone / "instances.yaml").write_text(manifest)
    (clone / "-b $(touch run).yaml").write_text(manifest.replace("Name: a", "Name: b"))
    git(clone, "checkout", "-q", "-b", "main")
    git(clone, "add", "-A")
    git(clone, "commit", "-q", "-m", "begin")
    git(clone, "push", "-q", "origin", "main")
    git(folder, "clone", "-q", "--depth=1", f"file://{folder}/remote.git", "checkout")
    git(checkout, "checkout", "-q", "--detach")
    environment = sandbox | {"GITHUB_REF": "refs/heads/main", "CI": "true"}
    apply = lambda **inputs: Result("apply", checkout, environment, **inputs)

    done = apply()
    assert done.code == 0, (done.stdout, done.stderr)
    plan = "## Plan\n\n**1 to create: 1 card, at most 4 card-hours**\n\n### `instances.yaml`\n"
    assert done.summary.startswith(plan), done.summary
    assert "\n| `+` | `a` | `create` | `ssh, 1 " in done.summary, done.summary
    assert (done.outputs["created"], done.outputs["exit-code"]) == ("1", "0"), done.outputs
    created = json.loads(Path(done.outputs["json"]).read_text())["instances"][0]["taskId"]
    assert created in done.stdout, done.stdout
    assert f"taskId: {created}\n" in git(folder / "remote.git", "show", "main:instances.lock")
    assert git(folder / "remote.git", "for-each-ref", "--format=%(refname)") == "refs/heads/main\n"

    # Another checkout of the first commit, as a job that was started again has it.
    git(checkout, "checkout", "-q", "--detach", git(clone, "rev-parse", "HEAD").strip())
    (checkout / "instances.lock").unlink(missing_ok=True)
    done = apply(paths="instances.yaml\n-b $(touch run).yaml\n")
    assert (done.code, done.outputs["created"]) == (0, "1"), (done.stdout, done.stderr)
    assert not (checkout / "run").exists()
    names = git(folder / "remote.git", "ls-tree", "--name-only", "-z", "main").split("\0")
    assert {"instances.lock", "-b $(touch run).lock"} < set(names), names

    done = apply(arguments="--replace=a\n--max-cards=1\n", git_remote="")
    assert (done.code, done.outputs["created"]) == (0, "1"), (done.stdout, done.stderr)
    assert "\n| `-/+` | `a` | `replace " in done.summary, done.summary
    done = apply(git_remote="elsewhere")
    assert done.code == 2 and "no remote `elsewhere`" in done.summary, (done.stdout, done.stderr)
    assert (done.outputs["created"], done.outputs["exit-code"]) == ("0", "2"), done.outputs
    (checkout / "instances.yaml").write_text("instances: 1\n")
    done = apply()
    assert (done.code, done.outputs["exit-code"]) == (1, "1"), done.outputs


validate_reports_problems()
the_release_for_the_runner_is_installed()
served = subprocess.Popen([program, "sandbox"], stdout=subprocess.PIPE, text=True)
try:
    sandbox = dict(served.stdout.readline().strip().split("=", 1) for _ in range(2))
    apply_creates_and_records(sandbox)
finally:
    served.terminate()
print("actions: as the runner carries them out")
