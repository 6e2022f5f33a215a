import { spawn } from "node:child_process";
import path from "node:path";
import { createInterface } from "node:readline";
import { startSandbox } from "@twobytwo/sandbox/sandbox";
import { distFunctions } from "@twobytwo/scripts/build";
import { root } from "@twobytwo/scripts/root";
import { atMost } from "../budgets.ts";
import { inFolder } from "../in-folder.ts";
import type { Measure, Result } from "../measure.ts";
import { processorSeconds } from "../processor-seconds.ts";
import { alternate, median, rounded } from "../statistics.ts";

const command = path.join(root, "packages", "cli", "bin", "2x2.mjs");

/** Seconds from `npm start` with nothing kept until the web app answers, and until the first run is told of. */
function untilShown(): Promise<{ web: number; run: number }> {
  return inFolder(async (directory) => {
    const began = performance.now();
    const child = spawn(process.execPath, [path.join(root, "scripts", "start.mjs"), "--web-port", "0"], {
      cwd: root,
      env: { ...process.env, TWOBYTWO_SANDBOX_DIR: directory },
      stdio: ["ignore", "pipe", "inherit"],
    });
    const ended = new Promise((resolve) => child.on("close", resolve));
    const seconds = () => (performance.now() - began) / 1000;
    try {
      let web: Promise<number> | undefined;
      for await (const line of createInterface(child.stdout)) {
        const [, address] = /the web app +(http\S+)/.exec(line) ?? [];
        if (address !== undefined) web ??= fetch(address).then(seconds);
        if (/^✓ Posted/.test(line) && web !== undefined) return { run: seconds(), web: await web };
      }
      throw new Error("npm start ended without a run.");
    } finally {
      child.kill("SIGINT");
      await ended;
    }
  });
}

export const starting: Measure = {
  name: "starting",
  title: "(h) Until the command and npm start answer",
  run: ({ quick, tell }): Promise<Result> =>
    inFolder(async (directory) => {
      const turns = quick ? 1 : 5;
      const sandbox = await startSandbox({ directory, bundles: distFunctions });
      const inSandbox = { TWOBYTWO_SANDBOX_DIR: directory };
      tell("the command …");
      const spent = await alternate(turns, {
        node: () => processorSeconds(["-e", "0"]),
        help: () => processorSeconds([command, "--help"], inSandbox),
        list: () => processorSeconds([command, "list"], inSandbox),
      }).finally(() => sandbox.close());
      tell("npm start …");
      const { start } = await alternate(quick ? 1 : 3, { start: untilShown });
      const node = median(spent.node);
      const rows = [
        { name: "node -e 0", figure: "node", seconds: node, what: "processor" },
        { name: "2x2 --help", figure: "help", seconds: median(spent.help), what: "processor" },
        { name: "2x2 list, the sandbox running", figure: "list", seconds: median(spent.list), what: "processor" },
        {
          name: "npm start: the web app answers",
          figure: "web",
          seconds: median(start.map(({ web }) => web)),
          what: "clock",
        },
        {
          name: "npm start: the first run is shown",
          figure: "run",
          seconds: median(start.map(({ run }) => run)),
          what: "clock",
        },
      ];
      return {
        table: {
          columns: ["", "seconds of", "seconds", "times node -e 0"],
          rows: rows.map(({ name, what, seconds }) => [name, what, rounded(seconds, 3), rounded(seconds / node, 1)]),
        },
        figures: Object.fromEntries(
          rows.flatMap(({ figure, seconds }) => [
            [`seconds.${figure}`, seconds],
            [`timesNode.${figure}`, seconds / node],
          ]),
        ),
        notes: [
          "On an installed clone that is compiled. `npm start` begins with nothing kept: it adds the samples first.",
        ],
      };
    }),
  verdicts: ({ measured }, figures) =>
    Object.entries(measured.timesNode).map(([name, limit]) =>
      atMost(`${name}, times the processor time of node -e 0`, figures[`timesNode.${name}`] ?? Number.NaN, limit),
    ),
};
