// What an editor shows in the folder that `instancectl init` leaves in Chinese, asked of
// yaml-language-server itself.
//
// Run by tests/editor/run with INSTANCECTL and LANGUAGE_SERVER set.

import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";

import { Server } from "./server.mjs";

const { INSTANCECTL, LANGUAGE_SERVER } = process.env;

let folder;
let server;
let modeline;
let count = 0;

before(async () => {
  folder = mkdtempSync(join(tmpdir(), "instancectl-editor-"));
  const env = { ...process.env, LANG: "zh_CN.UTF-8", LC_ALL: "" };
  execFileSync(INSTANCECTL, ["init"], { cwd: folder, stdio: "pipe", env });
  modeline = readFileSync(join(folder, "instances.yaml"), "utf8").split("\n")[0] + "\n";
  server = new Server(LANGUAGE_SERVER, folder);
  await server.start();
});

after(async () => {
  await server.stop();
  rmSync(folder, { recursive: true });
});

// Opens a text with a cursor, `|`, as a new file, and asks about the cursor.
async function at(text, ask) {
  const whole = modeline + text;
  const [before, rest] = whole.split("|");
  const path = join(folder, `text-${count++}.yaml`);
  await server.open(path, before + rest);
  const lines = before.split("\n");
  return ask(path, { line: lines.length - 1, character: lines.at(-1).length });
}

const hover = (text) => at(text, (path, place) => server.hover(path, place));

async function completion(text) {
  const items = await at(text, (path, place) => server.completion(path, place));
  const shown = ({ documentation }) => documentation?.value ?? documentation ?? "";
  return new Map(items.map((item) => [item.label, shown(item)]));
}

async function messages(text) {
  const path = join(folder, `text-${count++}.yaml`);
  return (await server.open(path, modeline + text)).map(({ message }) => message);
}

test("what init leaves has no diagnostics", async () => {
  const path = join(folder, "instances.yaml");
  const text = readFileSync(path, "utf8");
  assert.match(text, /# 卡数；按小时计费/);
  assert.deepEqual(await server.open(path, text), []);
});

test("a field and a value are explained on hover", async () => {
  assert.match(await hover("ram|Size: 8GiB\n"), /每个容器的内存：MB 数（`15360`）/);
  assert.match(await hover("taskType: ju|pyter\n"), /`jupyter`: 浏览器中的 JupyterLab。/);
  assert.match(await hover("inst|ances: []\n"), /要创建的实例/);
});

test("keys, values and snippets are completed with their descriptions", async () => {
  const whole = await completion("|");
  assert.ok(whole.has("单个实例") && whole.has("多个实例"), `${[...whole.keys()]}`);
  for (const [label, shown] of await completion("instances:\n  - |")) {
    assert.match(shown, /[\u4e00-\u9fff]/, `${label} is described as ${shown}`);
  }
  assert.equal((await completion("acceleratorType: |")).get("dcu"), "海光 DCU 卡。");
});

test("a value of a wrong form is marked, with the form", async () => {
  const time = await messages("instances:\n  - timeoutLimit: 4h\n");
  const form = '不是有效的时间：应写为 "HH:MM:SS"，如 "04:00:00"，或 unlimited。';
  assert.ok(time.includes(form), `${time}`);
  const cards = await messages("instances:\n  - acceleratorType: cpu\n    gpuNumber: 1\n");
  assert.ok(cards.includes("`gpuNumber` 不为 0，但 `acceleratorType` 是 `cpu`。"), `${cards}`);
  const script = await messages("instances:\n  - resourceGroup: $GROUP\n");
  assert.ok(script.includes("变量和模板不会展开：应直接写出值。"), `${script}`);
});
