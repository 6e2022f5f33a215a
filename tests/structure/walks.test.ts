import { existsSync, readFileSync } from "node:fs";
import path from "node:path";
import { root } from "@twobytwo/scripts/root";
import { describe, expect, it } from "vitest";
import { readHouse } from "./imports.ts";
import { readWalks, type Step, strangers } from "./walks.ts";

const walks = readWalks(readFileSync(path.join(root, "docs/architecture.md"), "utf8"));
const arrows = readHouse(root).arrows;
const read = (file: string) => readFileSync(path.join(root, file), "utf8");

/** How many files a reader may have to open. */
const most: Record<string, number> = {
  "A picture, from `2x2 add` to the post": 40,
  "“To the top”, from the button to the row": 10,
};

describe("the walks of docs/architecture.md", () => {
  it("are these, and no longer than a reader has patience for", () => {
    expect([...walks.keys()]).toEqual(Object.keys(most));
    for (const [title, steps] of walks) {
      expect(steps.length).toBeGreaterThan(5);
      expect(steps.length).toBeLessThanOrEqual(most[title]!);
    }
  });

  it.each([...walks])("%s: leads from each file to the next", (_, steps) => {
    expect(steps.filter(({ file }) => !existsSync(path.join(root, file)))).toEqual([]);
    expect(strangers(steps, arrows, read)).toEqual([]);
  });
});

describe("the look at a walk", () => {
  const step = (file: string, over?: string): Step => ({ file, ...(over !== undefined && { over }) });

  it("reads the numbered files below a heading, and what lies between two of them", () => {
    const page =
      "## Walks\n\n### One\n\n1. `a.ts`: begins\n2. over HTTP: `b.ts`\n\n### Other\n\nWords.\n\n## Else\n\n1. `c.ts`\n";
    expect([...readWalks(page)]).toEqual([
      ["One", [step("a.ts"), step("b.ts", "HTTP")]],
      ["Other", []],
    ]);
  });

  it("finds a file that none of those before it imports", () => {
    const known = [
      { from: "a.ts", to: "b.ts", name: "./b.ts" },
      { from: "a.ts", to: "c.ts", name: "./c.ts" },
    ];
    const steps = [step("a.ts"), step("b.ts"), step("c.ts"), step("d.ts")];
    expect(strangers(steps, known, () => "")).toEqual(["d.ts"]);
    expect(strangers([step("b.ts"), step("a.ts")], known, () => "")).toEqual(["a.ts"]);
  });

  it("believes in a way that is no import only where the code speaks of it", () => {
    const sources: Record<string, string> = {
      "a.ts": 'run("bin/b.ts")',
      "flow.json": `"FunctionName": "\${TweetArn}"`,
    };
    const source = (file: string) => sources[file] ?? "";
    expect(strangers([step("a.ts"), step("bin/b.ts", "a process")], [], source)).toEqual([]);
    expect(strangers([step("a.ts"), step("bin/c.ts", "a process")], [], source)).toEqual(["bin/c.ts"]);
    expect(strangers([step("flow.json"), step("functions/src/tweet.ts", "Lambda")], [], source)).toEqual([]);
    expect(strangers([step("flow.json"), step("functions/src/notify.ts", "Lambda")], [], source)).toEqual([
      "functions/src/notify.ts",
    ]);
    expect(strangers([step("a.ts"), step("b.ts", "a wormhole")], [], source)).toEqual(["b.ts"]);
  });
});
