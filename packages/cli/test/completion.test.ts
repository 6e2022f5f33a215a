import { spawnSync } from "node:child_process";
import { root } from "@twobytwo/scripts/root";
import { describe, expect, it } from "vitest";
import { verbs } from "../src/all-verbs.ts";
import { type Context, loadVerb } from "../src/define-verb.ts";
import { terminalOf } from "../src/terminal.ts";
import { completion } from "../src/verbs/completion.ts";

const context = { verbs } as unknown as Context;
const script = async (shell: string) => {
  const result = await completion.run(context, { options: {}, operands: [shell] });
  return completion.print(result, terminalOf({}, {}));
};
const hasBash = spawnSync("bash", ["-c", "true"]).status === 0;

describe.runIf(hasBash)("completion for bash", () => {
  it("is a script that bash accepts", async () => {
    const checked = spawnSync("bash", ["-n"], { input: await script("bash"), encoding: "utf8" });
    expect([checked.status, checked.stderr]).toEqual([0, ""]);
  });

  it("completes verbs, options, values, and the names of verbs behind help", async () => {
    const begun = (word: string) => verbs.map(({ name }) => name).filter((name) => name.startsWith(word));
    const expected: [line: string, offers: string][] = [
      ["2x2 li", "list"],
      ["2x2 re", begun("re").join(" ")],
      ["2x2 list --st", "--status --stage"],
      ["2x2 list --status p", "posting posted"],
      ["2x2 help sch", "schedule"],
      ["2x2 completion ", "bash zsh --json --stage --help"],
      ["2x2 run la", "last"],
      ["2x2 add package", "packages package.json package-lock.json"],
    ];
    const asked = expected.map(([line]) => {
      const words = line.split(" ").map((word) => `"${word}"`);
      return `COMP_WORDS=(${words.join(" ")}); COMP_CWORD=${words.length - 1}; _2x2; echo "\${COMPREPLY[*]}"`;
    });
    const { stdout, stderr } = spawnSync("bash", [], {
      input: [await script("bash"), ...asked].join("\n"),
      encoding: "utf8",
      cwd: root,
    });
    expect(stderr).toBe("");
    const sorted = (offers: string) => offers.split(" ").sort();
    expect(stdout.trimEnd().split("\n").map(sorted)).toEqual(expected.map(([, offers]) => sorted(offers)));
  });
});

describe("completion for zsh", () => {
  it("names every verb and every option, with quotes that close", async () => {
    const zsh = await script("zsh");
    for (const { name, options } of await Promise.all(verbs.map(loadVerb))) {
      expect(zsh).toContain(`'${name}:`);
      for (const option of Object.keys(options)) expect(zsh).toContain(`--${option}[`);
    }
    expect(zsh.replaceAll("'\\''", "").split("'").length % 2).toBe(1);
  });

  it("refuses a shell that it does not know", async () => {
    await expect(completion.run(context, { options: {}, operands: ["fish"] })).rejects.toThrow(
      '"fish" is not a shell that 2x2 knows',
    );
  });
});
