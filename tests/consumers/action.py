"""Carries out the composite action as GitHub's runner does: each step with bash, its inputs in the
environment."""

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import yaml

action, program, folder = Path(sys.argv[1]).resolve(), Path(sys.argv[2]).resolve(), Path(sys.argv[3])
steps = yaml.safe_load((action / "action.yml").read_text())
defaults = {name: one["default"] for name, one in steps["inputs"].items()}


def run(**inputs):
    inputs = defaults | {name.replace("_", "-"): value for name, value in inputs.items()}
    output = ""
    for step in steps["runs"]["steps"]:
        assert step["shell"] == "bash" and "${{" not in step["run"], step
        value = lambda text: re.sub(r"\$\{\{ inputs\.([\w-]+) \}\}", lambda m: inputs[m[1]], text)
        env = {name: value(text) for name, text in step.get("env", {}).items()}
        path = f"{program.parent}:{os.environ['PATH']}"
        env = os.environ | {"PATH": path, "GITHUB_ACTION_PATH": str(action)} | env
        shell = ["bash", "--noprofile", "--norc", "-eo", "pipefail", "-c", step["run"]]
        done = subprocess.run(shell, cwd=folder, env=env, capture_output=True, text=True)
        output += done.stdout
        if done.returncode:
            return done.returncode, output, done.stderr
    return 0, output, done.stderr


good = "instanceServiceName: a\ntaskType: ssh\nacceleratorType: dcu\nresourceGroup: g\n" \
    'imagePath: i/b:1\ncpuNumber: 8\ngpuNumber: 0\nramSize: 27GiB\ntimeoutLimit: "04:00:00"\n'
(folder / "deep").mkdir()
(folder / "instances.yaml").write_text(good)
(folder / "deep" / "-a $(touch run) b.yaml").write_text("instances: 1\n")

code, output, error = run()
assert (code, error) == (0, ""), (code, output, error)
assert "::warning title=no-cards,file=instances.yaml,line=7," in output, output
code, output, _ = run(deny_warnings="true")
assert code == 1 and "::error title=no-cards," in output, output
code, output, _ = run(paths="instances.yaml\ndeep/-a $(touch run) b.yaml\n", sarif="r e.sarif")
assert code == 1 and "::error title=wrong-type,file=deep/-a $(touch run) b.yaml," in output, output
assert len(json.loads((folder / "r e.sarif").read_text())["runs"][0]["results"]) == 2
assert not (folder / "run").exists() and not (folder / "deep" / "run").exists()
code, output, _ = run(paths=".", recursive="true", annotations="false")
assert code == 1 and "checked 2 files" in output and "::error" not in output, output
code, _, error = run(recursive="yes")
assert (code, error) == (2, "error: the input recursive is neither true nor false\n"), error
print("action: as the runner carries it out")
