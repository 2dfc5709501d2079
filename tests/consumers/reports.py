"""Reads the reports in a folder as their consumers do, and compares them with the one in JSON."""

import json
import subprocess
import sys
from collections import Counter
from pathlib import Path

from junitparser import JUnitXml
from lxml import etree
from sarif import loader

folder, schemas = Path(sys.argv[1]), Path(sys.argv[2])
found = json.loads((folder / "report.json").read_text())["diagnostics"]
severities = Counter(one["severity"] for one in found)
assert severities["error"] > 100 and severities["warning"] and severities["note"], severities

schema = etree.XMLSchema(etree.parse(str(schemas / "junit-10.xsd")))
schema.assertValid(etree.parse(str(folder / "report.xml")))
suites = JUnitXml.fromfile(str(folder / "report.xml"))
failures = [result.type for suite in suites for case in suite for result in case.result]
assert sorted(failures) == sorted(one["code"] for one in found if one["severity"] == "error")
assert suites.failures == len(failures)
print(f"junit: {len(failures)} failures")

log = loader.load_sarif_file(str(folder / "report.sarif"))
report = log.get_report()
for severity, count in severities.items():
    assert report.get_issue_count_for_severity(severity) == count, severity
places = [(one["Location"], int(one["Line"])) for one in log.get_records()]
# The report in JSON names files as the command line did, the others from the repository's root.
named = [(f"tests/fixtures/{one['file']}", one["start"]["line"]) for one in found]
assert Counter(places) == Counter(named)
print(f"sarif: {len(places)} results")

# The one thing that it may miss: the project has no home page yet.
tool = sys.argv[3]
run = subprocess.run(
    [tool, "validate", str(folder / "report.sarif"), "--rule-kind", "Sarif;Ghas"],
    capture_output=True,
    text=True,
)
faults = [line for line in run.stdout.splitlines() if ": error " in line or ": warning " in line]
assert "Analysis completed successfully." in run.stdout, run
assert all("SARIF2005" in line for line in faults), "\n".join(faults)
print("sarif: valid, and as GitHub wants it")
