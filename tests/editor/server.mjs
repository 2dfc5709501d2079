// A client of yaml-language-server over standard input and output: what an editor says to it.

import { spawn } from "node:child_process";
import { pathToFileURL } from "node:url";

// Longer than any answer takes on a busy machine; a server that is silent for so long hangs.
const PATIENCE = 60_000;

export class Server {
  #child;
  #buffer = Buffer.alloc(0);
  #id = 0;
  #asked = new Map();
  #waiting = new Map();
  #settings;

  // `schemas` says which schema is for which files, in addition to the comments in the files.
  constructor(script, folder, schemas = {}) {
    this.folder = folder;
    // The settings of an editor with the extension as it is installed, except for the network.
    this.#settings = { schemaStore: { enable: false }, validate: true, hover: true, completion: true, schemas };
    this.#child = spawn(process.execPath, [script, "--stdio"], {
      cwd: folder,
      stdio: ["pipe", "pipe", "inherit"],
    });
    this.#child.stdout.on("data", (chunk) => this.#read(chunk));
    this.#child.on("exit", (code) => {
      if (!this.ended) throw new Error(`the server ended with ${code}`);
    });
  }

  async start() {
    const root = pathToFileURL(this.folder).href;
    await this.#ask("initialize", {
      processId: process.pid,
      rootUri: root,
      workspaceFolders: [{ uri: root, name: "folder" }],
      capabilities: {
        textDocument: {
          completion: {
            completionItem: { snippetSupport: true, documentationFormat: ["markdown", "plaintext"] },
          },
          hover: { contentFormat: ["markdown"] },
          publishDiagnostics: { relatedInformation: true },
        },
        workspace: { configuration: true, workspaceFolders: true },
      },
    });
    this.#send({ method: "initialized", params: {} });
  }

  // Opens a file that is on disk, or a text in its place, and gives its diagnostics.
  async open(path, text) {
    const uri = pathToFileURL(path).href;
    const published = this.#next(uri);
    this.#send({
      method: "textDocument/didOpen",
      params: { textDocument: { uri, languageId: "yaml", version: 1, text } },
    });
    return published;
  }

  async completion(path, position) {
    const answer = await this.#at("completion", path, position);
    return Array.isArray(answer) ? answer : answer.items;
  }

  async hover(path, position) {
    const answer = await this.#at("hover", path, position);
    return answer?.contents?.value ?? "";
  }

  async stop() {
    this.ended = true;
    await this.#ask("shutdown", null);
    this.#send({ method: "exit" });
  }

  #at(what, path, position) {
    const textDocument = { uri: pathToFileURL(path).href };
    return this.#ask(`textDocument/${what}`, { textDocument, position });
  }

  #ask(method, params) {
    const id = ++this.#id;
    return this.#patiently(method, (resolve) => {
      this.#asked.set(id, resolve);
      this.#send({ id, method, params });
    });
  }

  #next(uri) {
    return this.#patiently(`diagnostics of ${uri}`, (resolve) => this.#waiting.set(uri, resolve));
  }

  #patiently(what, begin) {
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => reject(new Error(`no answer: ${what}`)), PATIENCE);
      begin((value) => {
        clearTimeout(timer);
        resolve(value);
      });
    });
  }

  #send(message) {
    const body = Buffer.from(JSON.stringify({ jsonrpc: "2.0", ...message }));
    this.#child.stdin.write(`Content-Length: ${body.length}\r\n\r\n`);
    this.#child.stdin.write(body);
  }

  #read(chunk) {
    this.#buffer = Buffer.concat([this.#buffer, chunk]);
    for (;;) {
      const end = this.#buffer.indexOf("\r\n\r\n");
      if (end < 0) return;
      const length = Number(/Content-Length: (\d+)/i.exec(this.#buffer.subarray(0, end))[1]);
      if (this.#buffer.length < end + 4 + length) return;
      const body = this.#buffer.subarray(end + 4, end + 4 + length);
      this.#buffer = this.#buffer.subarray(end + 4 + length);
      this.#take(JSON.parse(body));
    }
  }

  #take(message) {
    if (message.method === "textDocument/publishDiagnostics") {
      const { uri, diagnostics } = message.params;
      this.#waiting.get(uri)?.(diagnostics);
      this.#waiting.delete(uri);
    } else if (message.method === "workspace/configuration") {
      const settings = { yaml: this.#settings };
      const result = message.params.items.map((item) => settings[item.section] ?? null);
      this.#send({ id: message.id, result });
    } else if (message.id !== undefined && message.method) {
      this.#send({ id: message.id, result: null });
    } else if (message.id !== undefined) {
      if (message.error) throw new Error(JSON.stringify(message.error));
      this.#asked.get(message.id)?.(message.result);
      this.#asked.delete(message.id);
    }
  }
}
