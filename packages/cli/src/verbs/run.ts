import { outcomeOf, readRun } from "@twobytwo/core/runs/runs";
import { printRun } from "@twobytwo/sandbox/stepfunctions/print-run";
import { visible } from "@twobytwo/sandbox/terminal-text";
import { onTheWall } from "../dates.ts";
import { defineVerb } from "../define-verb.ts";

export const run = defineVerb({
  usage: "RUN | last",
  details: "RUN is the name of a run, the beginning of a recent name, or an ARN.",
  options: {},
  operands: { least: 1, most: 1, offers: ["last"] },
  async run({ deployment }, { operands: [wanted = ""] }) {
    const { stateMachine, postUrl } = await deployment();
    const found = await readRun(stateMachine, wanted);
    const tweetId = outcomeOf(found)?.tweetId;
    return { ...found, ...(tweetId && { url: postUrl(tweetId) }) };
  },
  print({ name, startedAt, status, steps, input, output, error, cause, url }, { timeZone, paint }) {
    const ends: Record<string, string> = {
      SUCCEEDED: `${paint("green", "✓")} output ${JSON.stringify(output)}`,
      RUNNING: paint("yellow", "… still running"),
    };
    const failure = [error, cause && visible(cause)].filter(Boolean).join(": ");
    return [
      `${paint("bold", name)}  ${onTheWall(startedAt, timeZone)}  input ${JSON.stringify(input)}`,
      "",
      printRun(steps),
      "",
      ends[status] ?? paint("red", `✗ ${status}${failure === "" ? "" : `: ${failure}`}`),
      ...(url === undefined ? [] : [`  ${url}`]),
    ].join("\n");
  },
});
