import { openStage, type Stage } from "@twobytwo/sandbox/test/stage";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { run2x2 } from "./command.ts";

let stage: Stage;
beforeAll(async () => {
  stage = await openStage();
  await stage.add();
  await stage.run();
  for (const unlike of ["1", "2", "3"]) await stage.add(undefined, { unlike });
});
afterAll(() => stage.close());

describe("every verb, in a process of its own", () => {
  const lines = [
    "add NOWHERE --json",
    "status --json",
    "list --json",
    "show next --json",
    "next 2 --json",
    "edit next --title Title --json",
    "captions nobody --json",
    "move next --end --json",
    "draft nobody --json",
    "withdraw nobody --json",
    "delete nobody --json",
    "requeue nobody --json",
    "review --json",
    "post nobody --json",
    "pause --json",
    "resume --json",
    "schedule --json",
    "runs --limit 2 --json",
    "run last --json",
    "completion zsh --json",
    "help --json",
    "version --json",
  ];

  it.each(lines)("2x2 %s prints one document and ends as it says", async (line) => {
    const { code, stdout, stderr } = await run2x2(line.split(" "), { directory: stage.directory });
    expect(stdout.endsWith("\n")).toBe(true);
    const document = JSON.parse(stdout);
    expect(code).toBe(/nobody|NOWHERE/.test(line) ? 1 : 0);
    if (typeof document.error === "object") expect(stderr).toBe(`${document.error.message}\n`);
  });
});
