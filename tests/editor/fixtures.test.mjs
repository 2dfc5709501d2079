// Compares what yaml-language-server marks with what `validate` reports, for the fixtures with a
// mistake: each line that `validate` reports must be marked, and nothing in a valid manifest.
//
// Run by tests/editor/run with INSTANCECTL and LANGUAGE_SERVER set.

import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { basename, join } from "node:path";
import { after, before, test } from "node:test";
import { fileURLToPath, pathToFileURL } from "node:url";

import { Server } from "./server.mjs";

const { INSTANCECTL, LANGUAGE_SERVER } = process.env;
const ROOT = fileURLToPath(new URL("../../", import.meta.url));

// Codes that a schema cannot express, and why.
const NOT_IN_SCHEMA = {
  "the server's parser": ["yaml-syntax", "alias", "duplicate-key"],
  "not text, or nothing in it": ["encoding", "too-large", "too-deep", "empty-file"],
  "compares several instances, or single fields of several items": ["duplicate-name", "duplicate-mount", "duplicate-port"],
  "compares two values": ["version-differs"],
  "about how a value is written": ["yaml11-value"],
  "about a line of a script": ["secret-in-script", "folded-script", "swallowed-field"],
  "a note, and every mark of a schema is a warning": ["unlimited", "unpinned-image", "empty-list", "unused-allow"],
};

// Reported lines of codes that a schema can express, that are not marked all the same.
const NOT_MARKED = {
  "the parts of a merged instance are on other lines": {
    "cards-on-cpu-defaults.yaml": [8],
    "script-missing-defaults.yaml": [10],
  },
  "a block scalar is marked at its `|`": {
    "bad-format-block.yaml": [3, 9],
    "wrong-type-list-as-text.yaml": [13],
  },
  "a value is marked at its anchor, not at its alias": {
    "wrong-type-alias-bare.yaml": [14],
    "wrong-type-alias-in-list-form.yaml": [4, 7, 9, 10],
    "wrong-type-alias-in-list.yaml": [11],
    "wrong-type-alias-of-instances.yaml": [15],
    "wrong-type-alias-of-value-in-list.yaml": [12],
    "wrong-type-alias-scalar.yaml": [6],
    "wrong-type-merge-list-alias.yaml": [13],
  },
  "the content of an unknown key is not checked": {
    "unknown-field-limits.yaml": [2, 3, 4],
    "unknown-field-mount-labels.yaml": [11, 12, 13, 15, 16],
  },
  "whether a text is in quotes is not in its value": { "bad-format-quotes-in-names.yaml": [3, 7] },
  "`<<: text` is an error of the whole mapping": { "wrong-type-merge-without-star.yaml": [10] },
  "`8.0` is an integer": { "wrong-type-whole-float.yaml": [8] },
  "the schema has no rule for a comma at the end, nor for a line of a script": { "odd-text.yaml": [17, 24, 25] },
  "the server does not read on after the syntax error": { "yaml-syntax-then-more.yaml": [7] },
};

let server;

before(async () => {
  const schema = pathToFileURL(join(ROOT, "schema/manifest.schema.json")).href;
  server = new Server(LANGUAGE_SERVER, ROOT, { [schema]: "*" });
  await server.start();
});

after(() => server.stop());

// Returns the fixtures of some folders: by name, what `validate` reports and what the server marks.
async function compare(...folders) {
  const paths = folders.flatMap((folder) => {
    const path = join(ROOT, "tests/fixtures", folder);
    const names = readdirSync(path).filter((name) => name !== "expected.json");
    return names.map((name) => join(path, name));
  });
  const args = ["validate", "--format", "json", ...paths];
  const { stdout } = spawnSync(INSTANCECTL, args, { encoding: "utf8", maxBuffer: 1e8 });
  const { diagnostics } = JSON.parse(stdout);
  const fixture = async (path) => ({
    name: basename(path),
    reported: diagnostics.filter(({ file }) => file === path),
    marked: await server.open(path, readFileSync(path, "utf8")),
  });
  return Promise.all(paths.map(fixture));
}

const markedLines = (marked) => marked.map(({ range }) => range.start.line + 1);

test("what validate reports is marked on the same line", async (t) => {
  const excluded = Object.values(NOT_IN_SCHEMA).flat();
  const missed = {};
  let count = 0;
  for (const { name, reported, marked } of await compare("invalid", "doubtful")) {
    const lines = reported.filter(({ code }) => !excluded.includes(code)).map(({ start }) => start.line);
    const unmarked = lines.filter((line) => !markedLines(marked).includes(line));
    if (lines.length > 0) count++;
    if (unmarked.length > 0) missed[name] = unmarked;
  }
  t.diagnostic(`${count - Object.keys(missed).length} of ${count} files are marked on the same lines`);
  assert.deepEqual(missed, Object.assign({}, ...Object.values(NOT_MARKED)));
});

// Accepted manifests in which the schema marks what is not reported, and why.
const MARKED_ALL_THE_SAME = {
  "allowed.yaml": "the comment that silences a warning is for `validate`",
  "empty-documents.yaml": "the server checks empty documents, which `validate` skips",
};

test("what the schema marks in an accepted manifest is reported on the same line", async () => {
  for (const { name, reported, marked } of await compare("valid", "doubtful")) {
    const lines = reported.map(({ start }) => start.line);
    const bySchema = marked.filter(({ source }) => source.startsWith("yaml-schema"));
    const extra = markedLines(bySchema).filter((line) => !lines.includes(line));
    assert.equal(extra.length > 0, name in MARKED_ALL_THE_SAME, `${name}: ${extra}`);
  }
});
