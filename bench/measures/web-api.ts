import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { TransactWriteCommand } from "@aws-sdk/lib-dynamodb";
import { addDevice } from "@twobytwo/core/access/devices";
import { beginSession } from "@twobytwo/core/access/sessions";
import { wake } from "@twobytwo/core/adding/pipeline";
import { portsOf } from "@twobytwo/sandbox/ports";
import { startSandbox } from "@twobytwo/sandbox/sandbox";
import { distFunctions } from "../../scripts/build.ts";
import { atMost } from "../budgets.ts";
import type { Measure, Result, Settings } from "../measure.ts";
import { photograph } from "../photograph.ts";
import { queueSquares, squareRow } from "../squares.ts";
import { quantile } from "../statistics.ts";

interface Latency {
  route: string;
  squares: number;
  p50Ms: number;
  p99Ms: number;
  /** Of an answer. */
  bytes: number;
}

/** Anything that the cookie's pattern takes: nobody else can reach this sandbox. */
const token = "b".repeat(43);
const credentialId = "bench";

/** What the app asks for when it is opened, when it is scrolled and when a square is looked at. */
async function routesOf(ask: (route: string) => Promise<string>): Promise<Record<string, string>> {
  const list = "/api/squares?status=queued&limit=60";
  const { cursor } = JSON.parse(await ask(list)) as { cursor: string };
  return {
    overview: "/api/overview",
    "list, first page": list,
    "list, next page": `${list}&cursor=${encodeURIComponent(cursor)}`,
    "next 50 posts": "/api/next?count=50",
    "one square": `/api/squares/${squareRow(7, { objectKey: "", originalKey: "" }).id}`,
  };
}

async function latencies(sizes: readonly number[], turns: number, tell: Settings["tell"]): Promise<Latency[]> {
  const directory = await mkdtemp(path.join(tmpdir(), "twobytwo-bench-"));
  const sandbox = await startSandbox({ directory, bundles: distFunctions });
  try {
    const ports = portsOf(sandbox.clients);
    const at = new Date().toISOString();
    const device = {
      ...{ credentialId, name: "bench", publicKey: new Uint8Array([1]), counter: 0 },
      ...{ transports: [], createdAt: at, seenAt: at },
    };
    const session = beginSession(ports.table, { token, credentialId, now: Date.now() });
    await ports.table.client.send(
      new TransactWriteCommand({ TransactItems: [...addDevice(ports.table, device), session] }),
    );
    const { keys } = await photograph(ports, { megapixels: 0.2 });
    const ask = async (route: string) => {
      const answer = await fetch(new URL(route, sandbox.endpoints.web), {
        headers: { cookie: `__Host-session=${token}` },
      });
      const body = await answer.text();
      if (!answer.ok) throw new Error(`${route} answered ${answer.status}: ${body}`);
      return body;
    };
    const found: Latency[] = [];
    let rows = 0;
    for (const squares of sizes) {
      tell(`${squares} squares in the queue …`);
      await queueSquares(ports.table, { from: rows, count: squares - rows, keys });
      rows = squares;
      await wake(ports);
      found.push(...(await askInTurns(await routesOf(ask), { ask, squares, turns })));
    }
    return found;
  } finally {
    await sandbox.close();
    await rm(directory, { recursive: true, force: true, maxRetries: 3 });
  }
}

/** Each turn asks all routes once, one after the other; the first five turns only warm up. */
async function askInTurns(
  routes: Record<string, string>,
  { ask, squares, turns }: { ask: (route: string) => Promise<string>; squares: number; turns: number },
): Promise<Latency[]> {
  const times = new Map<string, { ms: number[]; bytes: number }>();
  for (let turn = -5; turn < turns; turn += 1)
    for (const [name, route] of Object.entries(routes)) {
      const start = performance.now();
      const body = await ask(route);
      const ms = performance.now() - start;
      const known = times.get(name) ?? { ms: [], bytes: 0 };
      if (turn >= 0) known.ms.push(ms);
      times.set(name, { ...known, bytes: Buffer.byteLength(body) });
    }
  return [...times].map(([route, { ms, bytes }]) => ({
    route,
    squares,
    p50Ms: quantile(ms, 0.5),
    p99Ms: quantile(ms, 0.99),
    bytes,
  }));
}

const tenths = (ms: number) => Math.round(ms * 10) / 10;

export const webApi: Measure = {
  name: "web-api",
  title: "(g) The web app's API with many squares, one request at a time",
  async run({ quick, tell }): Promise<Result> {
    const [few, many] = quick ? [100, 1_000] : [100, 100_000];
    const found = await latencies([few, many], quick ? 20 : 400, tell);
    const at = (squares: number, route: string) => found.find((one) => one.squares === squares && one.route === route);
    const rows = found
      .filter(({ squares }) => squares === many)
      .map((more) => ({ more, fewer: at(few, more.route) ?? more }));
    return {
      table: {
        columns: ["", `${few} squares: p50 ms`, "p99 ms", `${many} squares: p50 ms`, "p99 ms", "answer kB"],
        rows: rows.map(({ more, fewer }) => [
          more.route,
          ...[fewer.p50Ms, fewer.p99Ms, more.p50Ms, more.p99Ms].map(tenths),
          Math.round(more.bytes / 100) / 10,
        ]),
      },
      figures: {
        squares: many,
        ...Object.fromEntries(
          rows.flatMap(({ more, fewer }) => [
            [`p50Ms.${more.route}`, more.p50Ms],
            [`p99Ms.${more.route}`, more.p99Ms],
            [`p50Ratio.${more.route}`, more.p50Ms / fewer.p50Ms],
          ]),
        ),
      },
      notes: [
        "Through the function's address and its Lambda process, warm; DynamoDB is dynalite on the same cores, without a network between.",
      ],
    };
  },
  verdicts: ({ measured }, figures) =>
    ["list, first page", "list, next page", "one square"].map((route) =>
      atMost(
        `${route} with the most squares to the fewest, p50`,
        figures[`p50Ratio.${route}`] ?? Number.NaN,
        measured.levelWebApi,
      ),
    ),
};
