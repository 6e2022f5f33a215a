import { TaskError } from "@twobytwo/core/errors";
import { messageOf } from "@twobytwo/core/posting/state-inputs";
import type { StepLine } from "@twobytwo/core/runs/history";
import { type RunLine as CoreRun, outcomeOf, pageOfRuns, type RunOutcome, readRun } from "@twobytwo/core/runs/runs";
import { isBroken, type Listed, readSquares } from "@twobytwo/core/squares/list";
import { Hono } from "hono";
import * as v from "valibot";
import type { Run, RunLine, RunStep } from "../../contract-runs.ts";
import type { Cursors } from "../http/cursor.ts";
import type { WebPorts } from "../http/ports.ts";
import { WebProblem } from "../http/problem.ts";
import { queryOf } from "../http/request-body.ts";
import type { WebEnv } from "../http/web-env.ts";

const RunsQuery = v.strictObject({ cursor: v.optional(v.pipe(v.string(), v.maxLength(5_000))) });
const runsOfPage = 20;

/** What has run. */
export function runRoutes(ports: WebPorts, cursors: Cursors): Hono<WebEnv> {
  const { stateMachine } = ports;
  return new Hono<WebEnv>()
    .get("/runs", async (c) => {
      const { cursor } = queryOf(c, RunsQuery);
      const after = cursor === undefined ? undefined : ((await cursors.read(["runs"], cursor)) as string);
      const { runs, next } = await pageOfRuns(stateMachine, {
        limit: runsOfPage,
        ...(after !== undefined && { after }),
      });
      return c.json({
        runs: runs.map(lineWith(ports, await postedSquares(ports, runs))),
        ...(next !== undefined && { cursor: await cursors.write(["runs"], next) }),
      });
    })
    .get("/runs/:name", async (c) => {
      const run = await found(ports, c.req.param("name"));
      return c.json({
        ...lineWith(ports, await postedSquares(ports, [run]))(run),
        steps: run.steps.map(stepOf),
        input: run.input,
        ...(run.output !== undefined && { output: run.output }),
      } satisfies Run);
    });
}

/** Exactly the run of that name; a name could otherwise be an ARN or the beginning of another name. */
async function found({ stateMachine }: WebPorts, name: string) {
  const none = (cause?: unknown) =>
    new WebProblem("not-found", `There is no run ${name}. Step Functions keeps runs for 90 days.`, {}, { cause });
  if (!/^[\w-]{1,80}$/.test(name)) throw none();
  const arn = `${stateMachine.arn.replace(":stateMachine:", ":execution:")}:${name}`;
  try {
    return await readRun(stateMachine, arn);
  } catch (error) {
    throw error instanceof TaskError && error.name === "Rejected" ? none(error) : error;
  }
}

const squareIdOf = (input: unknown) => (input as { squareId?: unknown } | undefined)?.squareId;

type Squares = ReadonlyMap<string, Listed>;

/** One read for all runs of a page: a run has only the id of its square. */
function postedSquares({ table }: WebPorts, runs: readonly CoreRun[]): Promise<Squares> {
  const posted = runs.flatMap((run) => outcomeOf(run) ?? []).filter(({ outcome }) => outcome === "posted");
  return readSquares(
    table,
    posted.flatMap(({ squareId }) => squareId ?? []),
  );
}

const lineWith = (ports: WebPorts, squares: Squares) => (run: CoreRun) => lineOf(ports, run, squares);

function lineOf(ports: WebPorts, run: CoreRun, squares: Squares): RunLine {
  const { name, status, startedAt, endedAt, error, cause } = run;
  const outcome = outcomeOf(run);
  const wanted = squareIdOf(run.input);
  const squareId = outcome?.squareId ?? (typeof wanted === "string" ? wanted : undefined);
  return {
    name,
    status: status as RunLine["status"],
    startedAt,
    summary: summaryOf(run, outcome, squares),
    ...(endedAt !== undefined && { endedAt }),
    ...(squareId && { squareId }),
    ...(outcome?.tweetId && { tweetId: outcome.tweetId }),
    ...(error !== undefined && { error }),
    ...(cause !== undefined && { cause }),
    ...(ports.stage !== "sandbox" && {
      consoleUrl: `https://${ports.region}.console.aws.amazon.com/states/home?region=${ports.region}#/v2/executions/details/${encodeURIComponent(run.arn)}`,
    }),
  };
}

function summaryOf(run: CoreRun, outcome: RunOutcome | undefined, squares: Squares): string {
  if (run.status === "RUNNING") return "Running";
  if (outcome?.outcome === "empty") return "The queue was empty";
  if (outcome?.outcome === "already-ran") return "This time slot had already run";
  if (outcome?.outcome === "posted") {
    const square = squares.get(outcome.squareId ?? "");
    const title = square === undefined || isBroken(square) ? "" : square.title;
    return `Posted ${title || `square ${outcome.squareId}`}`;
  }
  const { error = run.status, cause = "" } = run;
  return `Failed: ${error}, ${messageOf({ Error: error, Cause: cause })}`;
}

function stepOf(step: StepLine): RunStep {
  const { state, type, enteredAt, milliseconds, outcome, attempts, input, output, error, cause } = step;
  return {
    name: state,
    type,
    outcome: outcome === "stopped" ? "failed" : outcome,
    startedAt: new Date(enteredAt).toISOString(),
    retries: attempts.slice(0, -1).map((lost) => ({
      error: lost.error ?? lost.outcome,
      ...(lost.cause !== undefined && { cause: lost.cause }),
    })),
    ...(outcome !== "running" && { ms: milliseconds }),
    ...(input !== undefined && { input }),
    ...(output !== undefined && { output }),
    ...(error !== undefined && { error }),
    ...(cause !== undefined && { cause }),
  };
}
