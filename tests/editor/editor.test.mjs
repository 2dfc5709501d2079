// What an editor shows in the folder that `instancectl init` leaves, asked of yaml-language-server
// itself. In each text, `|` is the cursor and `<..>` what must be underlined.
//
// Run by tests/editor/run with INSTANCECTL and LANGUAGE_SERVER set.

import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { fileURLToPath } from "node:url";

import { Server } from "./server.mjs";

const { INSTANCECTL, LANGUAGE_SERVER } = process.env;
const EXAMPLES = fileURLToPath(new URL("../../examples/", import.meta.url));

const FIELDS = `\
taskType: ssh
acceleratorType: dcu
resourceGroup: kshdnormal
imagePath: i/b:1
cpuNumber: 8
gpuNumber: 1
ramSize: 27GiB
timeoutLimit: "04:00:00"
`;
const BARE = `instanceServiceName: a\n${FIELDS}`;
const LIST = `defaults:\n${indented(FIELDS)}instances:\n  - instanceServiceName: a\n`;

let folder;
let server;
let modeline;
let count = 0;

before(async () => {
  folder = mkdtempSync(join(tmpdir(), "instancectl-editor-"));
  execFileSync(INSTANCECTL, ["init"], { cwd: folder, stdio: "pipe" });
  modeline = readFileSync(join(folder, "instances.yaml"), "utf8").split("\n")[0] + "\n";
  server = new Server(LANGUAGE_SERVER, folder);
  await server.start();
});

after(async () => {
  await server.stop();
  rmSync(folder, { recursive: true });
});

function indented(text) {
  return text.replace(/^(?=.)/gm, "  ");
}

function position(text, offset) {
  const lines = text.slice(0, offset).split("\n");
  return { line: lines.length - 1, character: lines.at(-1).length };
}

// Opens a text as a new file of the folder.
async function open(text) {
  const path = join(folder, `text-${count++}.yaml`);
  return { path, diagnostics: await server.open(path, text) };
}

async function at(text, ask) {
  const whole = modeline + text;
  const cursor = whole.indexOf("|");
  assert.ok(cursor >= 0, "no cursor");
  const { path } = await open(whole.slice(0, cursor) + whole.slice(cursor + 1));
  return ask(path, position(whole, cursor));
}

async function completion(text) {
  const items = await at(text, (path, place) => server.completion(path, place));
  const found = new Map();
  for (const { label, insertText, textEdit, documentation } of items) {
    assert.ok(!found.has(label), `${label} is offered twice`);
    const shown = documentation?.value ?? documentation ?? "";
    found.set(label, { insert: textEdit?.newText ?? insertText, shown });
  }
  return found;
}

const hover = (text) => at(text, (path, place) => server.hover(path, place));

// Every diagnostic of a text must be of these messages, each at its marked place.
async function marks(text, ...messages) {
  const whole = modeline + text;
  const ranges = [];
  let plain = "";
  for (const part of whole.split(/([<>])/)) {
    if (part === "<") ranges.push({ start: position(plain, plain.length) });
    else if (part === ">") ranges.at(-1).end = position(plain, plain.length);
    else plain += part;
  }
  const { diagnostics } = await open(plain);
  const found = diagnostics.map(({ message, range }) => ({ message, range }));
  const wanted = messages.map((message, index) => ({ message, range: ranges[index] }));
  assert.deepEqual(found, wanted);
}

const KEYS = [
  "instanceServiceName", "description", "taskType", "acceleratorType", "version", "imagePath",
  "timeoutLimit", "taskNumber", "resourceGroup", "useStartScript", "startScriptActionScope",
  "startScriptContent", "cpuNumber", "ramSize", "gpuNumber", "mountInfoList",
  "containerPortInfoList",
];

function offers(found, keys) {
  for (const key of keys) {
    assert.ok(found.has(key), `${key} is not offered, but ${[...found.keys()]}`);
    const { insert, shown } = found.get(key);
    assert.ok(insert.startsWith(`${key}:`), `${key} inserts ${JSON.stringify(insert)}`);
    assert.ok(!insert.includes(`:${key}}`) && !insert.includes(`|${key},`), insert);
    assert.ok(shown.length > 10, `${key} is not described`);
  }
}

test("what init leaves has no diagnostics", async () => {
  const path = join(folder, "instances.yaml");
  assert.deepEqual(await server.open(path, readFileSync(path, "utf8")), []);
});

for (const name of readdirSync(EXAMPLES).filter((name) => !name.endsWith(".lock"))) {
  test(`examples/${name} has no diagnostics, and would have with a mistake`, async () => {
    const path = join(EXAMPLES, name);
    const text = readFileSync(path, "utf8");
    assert.deepEqual(await server.open(path, text), []);
    if (name.endsWith(".json")) return; // It is as documented, without a schema comment.
    for (const { index } of text.matchAll(/taskType:/g)) {
      const mistaken = `${text.slice(0, index)}taskTyp:${text.slice(index + "taskType:".length)}`;
      const found = await server.open(join(EXAMPLES, `mistaken-at-${index}-${name}`), mistaken);
      assert.ok(found.some(({ message }) => message === "Property taskTyp is not allowed."));
    }
  });
}

test("an example in JSON is checked once it names its schema", async () => {
  const sample = JSON.parse(readFileSync(join(EXAMPLES, "documented-sample.json"), "utf8"));
  const text = (object) => JSON.stringify({ $schema: "instancectl.schema.json", ...object });
  const path = (name) => join(folder, name);
  assert.deepEqual(await server.open(path("right.json"), text(sample)), []);
  const found = await server.open(path("wrong.json"), text({ ...sample, cpuNumber: 0 }));
  assert.equal(found.length, 1);
});

test("both forms are free of diagnostics", async () => {
  await marks(BARE);
  await marks(LIST);
});

test("an empty file is offered the keys of both forms, and each form whole", async () => {
  const found = await completion("|");
  offers(found, [...KEYS, "region", "defaults", "instances"]);
  const bare = found.get("one instance").insert;
  const list = found.get("several instances").insert;
  const fill = (snippet) =>
    snippet.replace(/\$\{\d+\|([^,|]*)[^}]*\}/g, "$1").replace(/\$\{\d+:([^}]*)\}/g, "$1") + "\n";
  assert.match(bare, /timeoutLimit: "\$\{\d:04:00:00\}"/);
  await marks(fill(bare));
  await marks(fill(list));
  const parts = fill(found.get("defaults").insert) + found.get("instances").insert;
  assert.equal(parts, fill(list).split("instanceServiceName")[0]);
});

test("keys are completed with their descriptions in both forms", async () => {
  offers(await completion("instanceServiceName: a\n|"), KEYS.slice(1));
  offers(await completion("instances:\n  - |"), KEYS);
  assert.ok(!(await completion("instances:\n  - |")).has("instances"));
  offers(await completion("instances:\n  - instanceServiceName: a\n    |"), KEYS.slice(1));
  offers(await completion(`${LIST}    |`), KEYS.slice(1));
  offers(await completion("defaults:\n  |"), KEYS.slice(1));
  assert.ok(!(await completion("defaults:\n  |")).has("instanceServiceName"));
  const mount = "    mountInfoList:\n      - |";
  offers(await completion(LIST + mount), ["sourcePath", "targetPath", "type"]);
  const port = "    containerPortInfoList:\n      - |";
  offers(await completion(LIST + port), ["containerPort", "protocolType"]);
});

test("values are completed with their descriptions", async () => {
  for (const before of ["", "instances:\n  - ", "defaults:\n  "]) {
    const found = await completion(`${before}taskType: |`);
    assert.deepEqual([...found.keys()].sort(), ["codeserver", "jupyter", "rstudio", "ssh"]);
    assert.equal(found.get("jupyter").shown, "JupyterLab in the browser.");
    const kinds = await completion(`${before}acceleratorType: |`);
    assert.equal(kinds.get("dcu").shown, "Hygon DCU cards.");
    const answers = await completion(`${before}useStartScript: |`);
    assert.deepEqual([...answers.keys()].sort(), ["false", "true"]);
  }
});

test("a time is inserted in quotes", async () => {
  for (const before of ["", "instances:\n  - ", "defaults:\n  "]) {
    const found = await completion(`${before}timeoutLimit: |`);
    const inserted = [...found.values()].map(({ insert }) => insert);
    assert.ok(inserted.includes('"01:00:00"') && inserted.includes("unlimited"), `${inserted}`);
    for (const text of inserted) assert.match(text, /^("\d\d:\d\d:\d\d"|unlimited)$/);
  }
});

test("a time is inserted in JSON as JSON has it", async () => {
  const require = createRequire(LANGUAGE_SERVER);
  const { getLanguageService, TextDocument } = require("vscode-json-languageservice");
  const schema = JSON.parse(readFileSync(join(folder, "instancectl.schema.json"), "utf8"));
  const service = getLanguageService({});
  service.configure({ schemas: [{ uri: "file:///schema.json", fileMatch: ["*"], schema }] });
  const text = '{"instances": [{"timeoutLimit": ';
  const document = TextDocument.create("file:///a.json", "json", 1, text);
  const end = document.positionAt(text.length);
  const found = await service.doComplete(document, end, service.parseJSONDocument(document));
  const inserted = found.items.map(({ textEdit }) => JSON.parse(textEdit.newText)).sort();
  assert.deepEqual(inserted, ["01:00:00", "04:00:00", "24:00:00", "unlimited"]);
});

test("a field and a value are explained on hover", async () => {
  for (const before of ["", "instances:\n  - ", "defaults:\n  "]) {
    assert.match(await hover(`${before}ram|Size: 8GiB\n`), /Memory of each container: a number of MB/);
    assert.match(await hover(`${before}taskType: ju|pyter\n`), /`jupyter`: JupyterLab in the browser\./);
  }
  assert.match(await hover("def|aults:\n  taskType: ssh\n"), /every instance of this document that does not set them/);
  assert.match(await hover("inst|ances: []\n"), /The instances to create/);
});

const VALUES = 'Value is not accepted. Valid values: "ssh", "jupyter", "codeserver", "rstudio".';

test("a wrong value is underlined", async () => {
  const wrong = FIELDS.replace("ssh", "<jupytr>");
  await marks(`instanceServiceName: a\n${wrong}`, VALUES);
  await marks(LIST.replace("ssh", "<SSH>"), VALUES);
  await marks(`${LIST}    taskType: <shell>\n`, VALUES);
  await marks(`${LIST}    cpuNumber: <0>\n`, "Value is below the minimum of 1.");
});

test("an unknown key is underlined", async () => {
  await marks(`${BARE}<cpuNumbr>: 1\n`, "Property cpuNumbr is not allowed.");
  await marks(`${LIST}    <cpuNumbr>: 1\n`, "Property cpuNumbr is not allowed.");
  await marks(`<foo>: 1\n${LIST}`, "Property foo is not allowed.");
  await marks(`x-foo: 1\n${LIST}`);
});

test("a missing field is underlined where it is missing, unless the defaults have it", async () => {
  const missing = 'Missing property "cpuNumber".';
  await marks(BARE.replace("cpuNumber: 8\n", "").replace("i", "<i>"), missing);
  const without = LIST.replace("  cpuNumber: 8\n", "");
  await marks(`${without}    cpuNumber: 4\n`);
  await marks(without.replace("- i", "- <i>"), missing);
  const single = `instances:\n  - instanceServiceName: a\n${indented(indented(FIELDS))}`;
  await marks(single);
  await marks(single.replace("    cpuNumber: 8\n", "").replace("- i", "- <i>"), missing);
});

test("a value of a wrong form is underlined, with the form", async () => {
  const wrong = (field, value, message) => {
    const line = new RegExp(`${field}: .*`);
    return marks(BARE.replace(line, `${field}: <${value}>`), message);
  };
  const time = 'Not a time: write "HH:MM:SS", such as "04:00:00", or unlimited.';
  await wrong("timeoutLimit", "4h", time);
  await wrong("ramSize", "27g", "Not a size: write a number of MB, or text with a unit, such as 27GiB.");
  await wrong("imagePath", "i/b/", "The image name after the last `/` is missing.");
  const mount = `${BARE}mountInfoList:\n  - {sourcePath: <a>, targetPath: /b, type: path}\n`;
  await marks(mount, "The path must be absolute: it begins with `/`.");
});

test("what contradicts another field or has no meaning is underlined", async () => {
  const zero = BARE.replace('"04:00:00"', '<"00:00:00">');
  await marks(zero, "The time must not be zero.");
  const bare = "A bare number is MB, and this is less than 1 GiB: write the unit, such as `27GiB`.";
  await marks(BARE.replace("27GiB", "<27>"), bare);
  await marks(LIST.replace("27GiB", "<27>"), bare);
  const cards = "`gpuNumber` is not 0, but `acceleratorType` is `cpu`.";
  await marks(BARE.replace("dcu", "cpu").replace("gpuNumber: 1", "gpuNumber: <1>"), cards);
  const script = "`useStartScript` is true, but `startScriptContent` is missing or empty.";
  await marks(`${BARE}useStartScript: <true>\n`, script);
  await marks(`${LIST}    useStartScript: <true>\n`, script);
  await marks(`${LIST}    useStartScript: true\n`.replace("instances", "  startScriptContent: date\ninstances"));
  const placeholder = "Variables and templates are not filled in: write the value itself.";
  await marks(BARE.replace("resourceGroup: kshdnormal", "<resourceGroup: $GROUP>"), placeholder);
});

test("keys and values are completed next to a mistake", async () => {
  const mistaken = "instanceServiceName: ${A}\nacceleratorType: cpu\nramSize: 8\nuseStartScript: true\n";
  const keys = KEYS.filter((key) => !mistaken.includes(`${key}:`));
  offers(await completion(`${mistaken}|`), keys);
  offers(await completion(`instances:\n  - ${mistaken.replaceAll("\n", "\n    ")}|`), keys);
  assert.ok((await completion("acceleratorType: cpu\ngpuNumber: |")).has("0"));
});
