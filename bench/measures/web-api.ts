import { TransactWriteCommand } from "@aws-sdk/lib-dynamodb";
import { addDevice } from "@twobytwo/core/access/devices";
import { beginSession } from "@twobytwo/core/access/sessions";
import { wake } from "@twobytwo/core/adding/pipeline";
import { portsOf } from "@twobytwo/sandbox/ports";
import { startSandbox } from "@twobytwo/sandbox/sandbox";
import { distFunctions } from "@twobytwo/scripts/build";
import { atMost } from "../budgets.ts";
import { inFolder } from "../in-folder.ts";
import type { Measure, Result } from "../measure.ts";
import { photograph } from "../photograph.ts";
import { processorSeconds } from "../processor-seconds.ts";
import { queueSquares } from "../squares.ts";
import { quantile, rounded } from "../statistics.ts";

/** What a page asks for when it is opened, and again and again while it stays open. */
const routes = {
  overview: "/api/overview",
  "next 50 posts": "/api/next?count=50",
  "list, first page": "/api/squares?status=queued&limit=60",
} as const;
type Route = keyof typeof routes;

/** Milliseconds of each answer, warm. */
type Answers = Record<Route, number[]>;

/** Anything that the cookie's pattern takes: nobody else can reach this sandbox. */
const token = "b".repeat(43);
const credentialId = "bench";

/** Each turn asks all routes once, one after the other; the first five turns only warm up. */
async function askInTurns(web: string, turns: number): Promise<Answers> {
  const found: Answers = { overview: [], "next 50 posts": [], "list, first page": [] };
  for (let turn = -5; turn < turns; turn += 1)
    for (const name of Object.keys(routes) as Route[]) {
      const start = performance.now();
      const answer = await fetch(new URL(routes[name], web), { headers: { cookie: `__Host-session=${token}` } });
      const body = await answer.text();
      if (!answer.ok) throw new Error(`${routes[name]} answered ${answer.status}: ${body}`);
      if (turn >= 0) found[name].push(performance.now() - start);
    }
  return found;
}

/** At each size of the queue, which grows from one to the next. */
function answersAt(sizes: readonly number[], turns: number, tell: (text: string) => void): Promise<Answers[]> {
  return inFolder(async (directory) => {
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
      const found: Answers[] = [];
      let rows = 0;
      for (const squares of sizes) {
        tell(`${squares} squares in the queue …`);
        await queueSquares(ports.table, { from: rows, count: squares - rows, keys });
        rows = squares;
        await wake(ports);
        found.push(await askInTurns(sandbox.endpoints.web, turns));
      }
      return found;
    } finally {
      await sandbox.close();
    }
  });
}

export const webApi: Measure = {
  name: "web-api",
  title: "(g) The web app's API with many squares, one request at a time",
  async run({ quick, tell }): Promise<Result> {
    const [few, many] = quick ? [100, 1_000] : [100, 100_000];
    const [fewer, more] = await answersAt([few, many], quick ? 20 : 300, tell);
    if (fewer === undefined || more === undefined) throw new Error("The web app was not asked at both sizes.");
    const nodeMs = (await processorSeconds(["-e", "0"])) * 1_000;
    const rows = (Object.keys(routes) as Route[]).map((route) => ({
      route,
      few: quantile(fewer[route], 0.5),
      many: quantile(more[route], 0.5),
      late: quantile(more[route], 0.99),
    }));
    return {
      table: {
        columns: ["", `${few} squares: p50 ms`, `${many} squares: p50 ms`, "p99 ms", "ratio of p50"],
        rows: rows.map(({ route, ...ms }) => [
          route,
          ...[ms.few, ms.many, ms.late, ms.many / ms.few].map((value) => rounded(value, 1)),
        ]),
      },
      figures: Object.fromEntries(
        rows.flatMap(({ route, ...ms }) => [
          [`p50Ms.${route}`, ms.many],
          [`p99Ms.${route}`, ms.late],
          [`p50Ratio.${route}`, ms.many / ms.few],
          [`p50TimesNode.${route}`, ms.many / nodeMs],
        ]),
      ),
      notes: [
        "Through the function's address and its Lambda process, warm. DynamoDB is dynalite on the same cores, without a network between, and slower with a larger file.",
      ],
    };
  },
  verdicts: ({ measured }, figures) =>
    Object.keys(routes).flatMap((route) => [
      atMost(
        `${route}, p50 with the most squares to the fewest`,
        figures[`p50Ratio.${route}`] ?? Number.NaN,
        measured.levelWebApi,
      ),
      atMost(
        `${route}, p50 with the most squares, times the processor time of node -e 0`,
        figures[`p50TimesNode.${route}`] ?? Number.NaN,
        measured.webApiTimesNode,
      ),
    ]),
};
