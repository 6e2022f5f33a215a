import { createHash } from "node:crypto";
import { confirmTable } from "@twobytwo/core/curating/confirm-table";
import { readUndecided, undecidedId } from "@twobytwo/core/inbox/undecided";
import { describeSchedule } from "@twobytwo/core/schedule/describe";
import { nextTimes, validateSchedule } from "@twobytwo/core/schedule/expression";
import { nextPosts, planRowIds } from "@twobytwo/core/schedule/next-posts";
import { pauseByPerson, resumeSchedule } from "@twobytwo/core/schedule/pause-and-resume";
import { type Rhythm as CoreRhythm, changeRhythm, readRhythm } from "@twobytwo/core/schedule/rhythm";
import { type Connection, connectionOf } from "@twobytwo/core/squares/connection";
import { isBroken } from "@twobytwo/core/squares/list";
import { stockId, stockRowOf } from "@twobytwo/core/squares/stock";
import { readRows, rowWith } from "@twobytwo/core/squares/table";
import { doubtOf } from "@twobytwo/core/squares/table-identity";
import { Hono } from "hono";
import * as v from "valibot";
import { type NextPosts, type Overview, PauseRequest, type Schedule, ScheduleRequest } from "../../contract.ts";
import type { WebPorts } from "../http/ports.ts";
import { bodyOf, Nothing, queryOf } from "../http/request-body.ts";
import type { WebEnv } from "../http/web-env.ts";
import type { Cards } from "./cards.ts";

const NextQuery = v.strictObject({
  count: v.optional(
    v.pipe(v.string(), v.regex(/^\d{1,3}$/), v.transform(Number), v.minValue(1), v.maxValue(500)),
    "20",
  ),
});
const previewed = 5;
/** As many as the page Queue begins with: a change of their words or order is a new version. */
const headOfQueue = 40;
const mostUndecided = 50;

const accountOf = ({ username, name }: Connection) => ({ username, ...(name !== undefined && { name }) });

/** What is posted when, and everything that changes it. */
export function scheduleRoutes(ports: WebPorts, cards: Cards): Hono<WebEnv> {
  const { schedule, table, clock } = ports;
  const current = async () => scheduleOf(await readRhythm(schedule, clock));
  const plannedOf = async ({ square, at }: Awaited<ReturnType<typeof nextPosts>>["posts"][number]) => ({
    square: await cards.card(square),
    ...(at !== undefined && { at }),
  });

  return new Hono<WebEnv>()
    .get("/overview", async (c) => {
      const rows = readRows(table, [...planRowIds, undecidedId]);
      const [plan, { uploads }] = await Promise.all([
        nextPosts(ports, { count: headOfQueue, rows }),
        readUndecided(table, mostUndecided, rows),
      ]);
      const stockRow = stockRowOf(rowWith(await rows, stockId));
      const connection = connectionOf(stockRow);
      const [next] = plan.posts;
      const unconfirmed = doubtOf(stockRow, table.name);
      const facts = {
        stock: plan.stock,
        schedule: scheduleOf(plan.rhythm),
        ...(connection && { bluesky: accountOf(connection) }),
        undecided: uploads.length,
        ...(unconfirmed !== undefined && { unconfirmed }),
        ...(plan.emptyOn !== undefined && { emptyOn: plan.emptyOn }),
      };
      const head = plan.posts.map(({ square, at }) => [square.id, isBroken(square) ? 0 : square.version, at]);
      return c.json({
        ...facts,
        version: versionOf([facts, head, uploads.map(({ uploadId }) => uploadId)]),
        ...(next && { next: await plannedOf(next) }),
      } satisfies Overview);
    })
    .get("/next", async (c) => {
      const { posts, emptyOn, rhythm } = await nextPosts(ports, queryOf(c, NextQuery));
      return c.json({
        posts: await Promise.all(posts.map(plannedOf)),
        schedule: scheduleOf(rhythm),
        ...(emptyOn !== undefined && { emptyOn }),
      } satisfies NextPosts);
    })
    .post("/schedule/pause", async (c) => {
      const { until, reason } = await bodyOf(c, PauseRequest);
      await pauseByPerson(ports, {
        ...(until !== undefined && { until: Date.parse(until) }),
        ...(reason !== undefined && { reason }),
      });
      return c.json(await current());
    })
    .post("/schedule/resume", async (c) => {
      await bodyOf(c, Nothing);
      await resumeSchedule(ports);
      return c.json(await current());
    })
    .post("/schedule/confirm-table", async (c) => {
      await bodyOf(c, Nothing);
      await confirmTable(ports);
      return c.body(null, 204);
    })
    .put("/schedule", async (c) => {
      await changeRhythm(ports, await bodyOf(c, ScheduleRequest));
      return c.json(await current());
    })
    .post("/schedule/preview", async (c) => {
      const { expression, timeZone } = await bodyOf(c, ScheduleRequest);
      validateSchedule(expression, timeZone);
      const times = nextTimes(expression, { timeZone, after: new Date(clock()), count: previewed });
      return c.json({
        description: describeSchedule(expression, timeZone),
        times: times.map((time) => time.toISOString()),
      });
    });
}

const versionOf = (facts: unknown) =>
  createHash("sha256").update(JSON.stringify(facts)).digest("base64url").slice(0, 16);

function scheduleOf({ expression, timeZone, state, pause }: CoreRhythm): Schedule {
  const { pausedBy, pausedAt, reason, error, until } = pause ?? {};
  return {
    expression,
    timeZone,
    state,
    description: describeSchedule(expression, timeZone),
    ...(pausedBy !== undefined && {
      pause: {
        pausedBy,
        ...(pausedAt !== undefined && { pausedAt }),
        ...(reason !== undefined && { reason }),
        ...(error !== undefined && { error }),
        ...(until !== undefined && { until }),
      },
    }),
  };
}
