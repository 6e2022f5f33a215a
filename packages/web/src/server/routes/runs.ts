import { TaskError } from "@twobytwo/core/errors";
import { messageOf } from "@twobytwo/core/posting/state-inputs";
import type { StepLine } from "@twobytwo/core/runs/history";
import {
  type RunLine as CoreRun,
  type Run as CoreRunWithSteps,
  outcomeOf,
  pageOfRuns,
  type RunOutcome,
  readRun,
} from "@twobytwo/core/runs/runs";
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
      const told = await Promise.all(runs.map((run) => withSquare(ports, run)));
      return c.json({
        runs: told.map(lineWith(ports, await squaresOf(ports, told))),
        ...(next !== undefined && { cursor: await cursors.write(["runs"], next) }),
      });
    })
    .get("/runs/:name", async (c) => {
      const run = await found(ports, c.req.param("name"));
      const told = { ...run, squareId: squareIdOf(run) ?? failedSquareIn(run) };
      return c.json({
        ...lineWith(ports, await squaresOf(ports, [told]))(told),
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

type ToldRun = CoreRun & { squareId: string | undefined };
type Squares = ReadonlyMap<string, Listed>;

/** The square that a run posted or was asked to post, as far as its input and output say. */
function squareIdOf(run: CoreRun): string | undefined {
  const wanted = (run.input as { squareId?: unknown } | undefined)?.squareId;
  return outcomeOf(run)?.squareId ?? (typeof wanted === "string" ? wanted : undefined);
}

/** The square with which a run failed: only its last state knows. */
function failedSquareIn({ steps }: Pick<CoreRunWithSteps, "steps">): string | undefined {
  const { failure } = (steps.at(-1)?.input ?? {}) as { failure?: { squareId?: unknown } };
  return typeof failure?.squareId === "string" ? failure.squareId : undefined;
}

/** By the run's ARN; the history of a run that has ended never changes. */
const failedSquares = new Map<string, string | undefined>();

async function withSquare({ stateMachine }: WebPorts, run: CoreRun): Promise<ToldRun> {
  if (run.status !== "FAILED" || squareIdOf(run) !== undefined) return { ...run, squareId: squareIdOf(run) };
  if (!failedSquares.has(run.arn)) failedSquares.set(run.arn, failedSquareIn(await readRun(stateMachine, run.arn)));
  return { ...run, squareId: failedSquares.get(run.arn) };
}

/** One read for all runs of a page: a run has only the id of its square. */
const squaresOf = ({ table }: WebPorts, runs: readonly ToldRun[]): Promise<Squares> =>
  readSquares(
    table,
    runs.flatMap(({ squareId }) => squareId ?? []),
  );

const lineWith = (ports: WebPorts, squares: Squares) => (run: ToldRun) => lineOf(ports, run, squares);

function lineOf(ports: WebPorts, run: ToldRun, squares: Squares): RunLine {
  const { name, status, startedAt, endedAt, error, cause, squareId } = run;
  const outcome = outcomeOf(run);
  const square = squares.get(squareId ?? "");
  // As the web app names it on every other page.
  const title = square === undefined || isBroken(square) ? "" : square.title || `Untitled ${square.id.slice(-6)}`;
  return {
    name,
    status: status as RunLine["status"],
    startedAt,
    summary: summaryOf(run, outcome, title),
    ...(endedAt !== undefined && { endedAt }),
    ...(squareId && { squareId }),
    ...(title && { squareTitle: title }),
    ...(outcome?.tweetId && { tweetId: outcome.tweetId }),
    ...(error !== undefined && { error }),
    ...(cause !== undefined && { cause: messageOf({ Error: error ?? status, Cause: cause }) }),
    ...(ports.stage !== "sandbox" && {
      consoleUrl: `https://${ports.region}.console.aws.amazon.com/states/home?region=${ports.region}#/v2/executions/details/${encodeURIComponent(run.arn)}`,
    }),
  };
}

function summaryOf(run: ToldRun, outcome: RunOutcome | undefined, title: string): string {
  if (run.status === "RUNNING") return "Running";
  if (outcome?.outcome === "empty") return "The queue was empty";
  if (outcome?.outcome === "already-ran") return "This time slot had already run";
  const named = title || `square ${run.squareId}`;
  if (outcome?.outcome === "posted") return `Posted ${named}`;
  return run.squareId === undefined ? "Failed" : `Failed with ${named}`;
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
