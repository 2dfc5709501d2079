// Reads annotations off standard input and has GitHub's own library write each again: the bytes must
// be the same, escapes and order included.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";

const core = createRequire(join(process.env.MODULES, "x.js"))("@actions/core");
const unescaped = (text) =>
  text.replace(/%(3A|2C|0D|0A|25)/g, (_, hex) => String.fromCharCode(parseInt(hex, 16)));

function written(call) {
  const { write } = process.stdout;
  let text = "";
  process.stdout.write = (part) => (text += part);
  try {
    call();
  } finally {
    process.stdout.write = write;
  }
  return text;
}

const lines = readFileSync(0, "utf8").split("\n").filter((line) => line.startsWith("::"));
for (const line of lines) {
  const [, command, head, message] = /^::(error|warning|notice) (.*?)::(.*)$/.exec(line);
  const { title, file, line: startLine, endLine, col: startColumn, endColumn } = Object.fromEntries(
    head.split(",").map((pair) => pair.split("=").map(unescaped)),
  );
  const properties = { title, file, startLine, endLine, startColumn, endColumn };
  const again = written(() => core[command](unescaped(message), properties));
  assert.equal(again, `${line}\n`);
}
assert.ok(lines.length > 10, `${lines.length} annotations`);
console.log(`github: ${lines.length} annotations`);
