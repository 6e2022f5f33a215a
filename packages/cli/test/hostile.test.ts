import { copyFile, mkdir, writeFile } from "node:fs/promises";
import path from "node:path";
import { PassThrough } from "node:stream";
import { stripVTControlCharacters } from "node:util";
import { PutCommand } from "@aws-sdk/lib-dynamodb";
import { writePause } from "@twobytwo/core/schedule/pause";
import { readSquare } from "@twobytwo/core/squares/table";
import { putQueued } from "@twobytwo/core/test/squares/table-fixture";
import { portsOf } from "@twobytwo/sandbox/ports";
import { type Sandbox, startSandbox } from "@twobytwo/sandbox/sandbox";
import { forTerminal, visible, withVisibleText } from "@twobytwo/sandbox/terminal-text";
import { distFunctions } from "@twobytwo/scripts/build";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { verbs } from "../src/all-verbs.ts";
import { execute } from "../src/execute.ts";
import { createConsole } from "../src/progress.ts";
import { samples, temporaryDirectory } from "./command.ts";

/** Clears the screen, sets its title, writes the clipboard, turns the text around, forges a line, colours what follows. */
const hostile = [
  "a\u001b[2Jb",
  "\u001b]0;title\u0007",
  "\u001b]52;c;cm0gLXJm\u001b\\",
  "\u009b31m\u0090q\u009c",
  "\u202egnp.exe\u2066\u200f\u061c",
  "one\r✓ forged\n✓ forged\u2028✓ forged\u0085✓ forged\v✓ forged",
  "\u001b[31mred\u001b(0\u000e\b\b\u007f",
].join(" ");

const ownColours = /\p{Cc}\[(1|2|22|31|32|33|36|39)m/gu;

/** All that a terminal would obey but for our own lines and colours. */
const obeyed = (text: string) =>
  [...text.replaceAll(ownColours, "")].filter(
    (one) => one !== "\n" && /[\p{Cc}\u2028\u2029\u202a-\u202e\u2066-\u2069\u061c\u200e\u200f]/u.test(one),
  );

describe("text from outside", () => {
  it("is shown, not obeyed, on one line", () => {
    expect(obeyed(visible(hostile))).toEqual([]);
    expect(visible(hostile)).not.toContain("\n");
    expect(visible("Zürich 青い 👩‍🎨 🏴󠁧󠁢󠁥󠁮󠁧󠁿 שלום")).toBe("Zürich 青い 👩‍🎨 🏴󠁧󠁢󠁥󠁮󠁧󠁿 שלום");
    expect(visible("\u001b[2J\u009b\u202e\r\n\t\0\u007f")).toBe("\\x1b[2J\\x9b\\u202e\\r\\n\\t\\x00\\x7f");
    const everything = Array.from({ length: 0xd800 }, (_, code) => String.fromCharCode(code)).join("");
    expect(obeyed(visible(everything))).toEqual([]);
  });

  it("leaves our own lines, tabs and colours to the terminal, and none of another's", () => {
    expect(forTerminal("\u001b[31mred\u001b[39m\n\tmore")).toBe("\u001b[31mred\u001b[39m\n\tmore");
    expect(forTerminal("\u001b[5m\u001b[38;5;1m\u001b[31;5m\u001b[1A\u001b[31")).toBe(
      "\\x1b[5m\\x1b[38;5;1m\\x1b[31;5m\\x1b[1A\\x1b[31",
    );
  });

  it("is found wherever it lies in a result", () => {
    const made = new Date(0);
    const result = { a: ["\n", { "\u001b": "\u202e", n: 1, none: null, no: undefined }], made };
    expect(withVisibleText(result)).toEqual({
      a: ["\\n", { "\\x1b": "\\u202e", n: 1, none: null, no: undefined }],
      made,
    });
    expect(withVisibleText(result).made).toBe(made);
  });

  it("cannot draw over a question, a bar or a line that is told", async () => {
    const stderr = Object.assign(new PassThrough(), { isTTY: true, columns: 400 });
    const person = createConsole({ stdin: undefined, stderr });
    person.tell(hostile);
    const bar = person.progress(2);
    bar.at(1, hostile);
    bar.end();
    const plain = Object.assign(new PassThrough(), { isTTY: false });
    createConsole({ stdin: undefined, stderr: plain }).progress(1).at(1, hostile);
    expect(obeyed(String(stderr.read()).replaceAll(/\r|\p{Cc}\[K/gu, ""))).toEqual([]);
    const line = String(plain.read());
    expect([obeyed(line), line.split("\n").length]).toEqual([[], 2]);
  });
});

describe("every verb", { timeout: 120_000 }, () => {
  let place: Awaited<ReturnType<typeof temporaryDirectory>>;
  let sandbox: Sandbox;
  let pictures: string;

  beforeAll(async () => {
    place = await temporaryDirectory();
    vi.stubEnv("TWOBYTWO_SANDBOX_DIR", place.directory);
    sandbox = await startSandbox({ directory: place.directory, bundles: distFunctions, waitScale: 0 });
    const { table } = portsOf(sandbox.clients);
    const bad = { title: hostile, caption: hostile, altText: hostile, series: hostile };
    for (const id of ["one", "two", "held", "posted"]) {
      await putQueued(table, { id, sortKey: id });
      const square = await readSquare(table, id);
      await table.client.send(new PutCommand({ TableName: table.name, Item: { ...square, ...bad } }));
    }
    const lastError = { at: new Date(0).toISOString(), name: hostile, message: hostile, execution: hostile };
    const away = {
      held: { status: "review", sortKey: hostile, lastError, claimedBy: hostile, mediaId: hostile },
      posted: { status: "posted", sortKey: "2026", tweetId: hostile },
    };
    for (const [id, change] of Object.entries(away)) {
      const square = await readSquare(table, id);
      await table.client.send(new PutCommand({ TableName: table.name, Item: { ...square, ...change } }));
    }
    // A row that is none, by another program.
    const broken = { id: `row ${hostile}`, status: "queued", sortKey: "zzz", title: { [hostile]: hostile } };
    await table.client.send(new PutCommand({ TableName: table.name, Item: broken }));
    await writePause(table, { pausedBy: "person", reason: hostile });
    pictures = path.join(place.directory, "pictures");
    await mkdir(pictures);
    // A file system takes all but a slash and a zero.
    const named = (ending: string) => path.join(pictures, `${hostile.replaceAll("/", "").slice(0, 60)}${ending}`);
    await copyFile(path.join(samples, "mountain-path.jpg"), named(".jpg"));
    await writeFile(named(".png"), "no picture");
  });
  afterAll(async () => {
    vi.unstubAllEnvs();
    await sandbox.close();
    await place.remove();
  });

  async function run(args: string[], colours: boolean) {
    const [stdout, stderr] = [0, 1].map(() => Object.assign(new PassThrough(), { isTTY: colours, columns: 100_000 }));
    if (stdout === undefined || stderr === undefined) throw new Error("no streams");
    const environment = { TERM: "xterm" };
    const { signal } = new AbortController();
    const code = await execute(args, { stdin: undefined, stdout, stderr, environment, signal });
    return { code, stdout: String(stdout.read() ?? ""), stderr: String(stderr.read() ?? "") };
  }

  const lines = (): string[][] => [
    ["add", pictures],
    ["add", pictures],
    ["add", `${pictures}/${hostile}`],
    ["add", "--csv", hostile],
    ["status"],
    ["list"],
    ["list", "--series", hostile],
    ["list", hostile],
    ["show", "one"],
    ["show", "held"],
    ["show", "posted"],
    ["show", hostile],
    ["next"],
    ["next", hostile],
    ["edit", "one", "--title", `${hostile}.`],
    ["edit", hostile, "--title", "a"],
    ["edit", "two", "--series", hostile],
    ["captions", hostile, `{title} ${hostile}`],
    ["captions", hostile, `{${hostile}}`],
    ["captions", `no ${hostile}`, "{n}"],
    ["move", "two", "--top"],
    ["move", "two", "--before", hostile],
    ["draft", "two", hostile],
    ["withdraw", hostile],
    ["requeue", hostile, "two"],
    ["delete", hostile],
    ["delete", "one"],
    ["review"],
    ["review", "held"],
    ["review", hostile],
    ["review", "held", "--posted", hostile],
    ["reconcile"],
    ["post", hostile],
    ["post", "one"],
    ["pause", "--reason", hostile],
    ["pause", "--until", hostile],
    ["schedule"],
    ["schedule", hostile],
    ["schedule", "rate(1 day)", "--timezone", hostile],
    ["runs"],
    ["run", "last"],
    ["run", hostile],
    ["invite"],
    ["devices"],
    ["devices", "revoke", hostile],
    ["export", path.join(pictures, "archive.tar")],
    ["export", `${pictures}/none/${hostile}`],
    ["import", path.join(pictures, "archive.tar")],
    ["import", hostile],
    ["import-legacy", hostile],
    ["doctor"],
    ["confirm"],
    ["credentials", hostile],
    ["connect", hostile],
    ["disconnect", hostile],
    ["cost"],
    ["resume"],
    ["deploy", "--stage", hostile, "--with", "cloudformation"],
    ["deploy", "--stage", "a", "--with", "cloudformation", "--set", hostile],
    ["preflight", "--stage", hostile],
    ["destroy", hostile],
    ["completion", "bash"],
    ["completion", hostile],
    ["help", hostile],
    ["help", "add"],
    ["version", hostile],
    [hostile],
    ["list", `--${hostile}`],
  ];

  it("shows what is hostile and obeys none of it, in its colours, as text and in an error", async () => {
    const seen = new Set<string>();
    let shown = 0;
    for (const args of lines()) {
      const name = JSON.stringify(args).slice(0, 80);
      const { stdout, stderr } = await run(args, true);
      // Our own bar goes back to the start of its line.
      const told = stderr.replaceAll(/\r|\p{Cc}\[K/gu, "");
      expect([name, obeyed(stdout), obeyed(told)]).toEqual([name, [], []]);
      for (const line of stripVTControlCharacters(`${stdout}\n${told}`).split("\n"))
        expect(`${name}: ${/^\s*✓ forged/.test(line)}`).toBe(`${name}: false`);
      if (`${stdout}${told}`.includes("\\x1b")) shown += 1;
      if (args[0] !== undefined) seen.add(args[0]);
    }
    expect(verbs.map(({ name }) => name).filter((name) => !seen.has(name))).toEqual([]);
    expect(shown).toBeGreaterThan(30);
  });

  it("is painted where somebody looks, and keeps every character in a document", async () => {
    expect((await run(["list"], true)).stdout).toContain("\u001b[2mID");
    const { stdout } = await run(["list", "--json"], false);
    const titles = (JSON.parse(stdout) as { title?: string }[]).map(({ title }) => title);
    expect(titles).toContain(hostile);
  });
});
