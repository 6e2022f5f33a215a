import { createHash } from "node:crypto";
import * as v from "valibot";
import { type Answer, json, Refused } from "./answer.ts";
import { releaseHeld, whenHeld, XSettingsChange } from "./controls.ts";
import { arm, XFault } from "./faults.ts";
import { postByHand } from "./post-calls.ts";
import { reset } from "./reset.ts";
import { readMediaBytes, saveMedia, savePost, type X } from "./state.ts";

/** What arrives at `/control/…`. */
export interface ControlRequest {
  method: string;
  path: string;
  query: URLSearchParams;
  contentType: string;
  body: Buffer;
}

type Handler = (x: X, request: ControlRequest, id: string) => Answer | Promise<Answer>;

const Faults = v.union([
  v.array(XFault),
  v.pipe(
    XFault,
    v.transform((fault) => [fault]),
  ),
]);
const Release = v.strictObject({ drop: v.optional(v.boolean(), false) });
const Reset = v.strictObject({ keepPosts: v.optional(v.boolean(), false) });
const ByHand = v.strictObject({
  count: v.optional(v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(1000)), 1),
  text: v.optional(v.string(), "Good morning"),
  kind: v.optional(v.picklist(["reply", "retweet"])),
});
const Empty = v.strictObject({});

/**
 * The control address of the emulated X: JSON in, JSON out, no signature. It is not X's.
 *
 * - `GET /control/faults` lists armed faults with how many calls are `left` (null: all); `POST` arms one `XFault` or
 *   an array of them behind those; `DELETE` disarms all.
 * - `GET /control/held` lists the calls that a `hang` holds; with `?wait` it answers as soon as there is one.
 * - `POST /control/release` lets all held calls go on (`{}`), or cuts them without any further effect
 *   (`{"drop": true}`); answers how many there were.
 * - `GET /control/settings`; `POST` changes those that it names (`credits`, `timelineLag`, `memoryHours`, `mediaKeyKind`,
 *   `mediaExpiresAfterSecs`).
 * - `GET /control/calls` lists the calls received, `DELETE` empties the list.
 * - `GET /control/posts` lists the posts, oldest first, deleted ones with `deletedAt`; `GET /control/media` the
 *   uploads; `GET /control/media/<id>` one of them with the `sha256` of its bytes.
 * - `POST /control/media/<id>/expire` (`{}`) lets an upload expire at this moment.
 * - `POST /control/posts` writes posts as the owner does by hand: `{"count": 3, "text": "…", "kind": "reply"}`, all of it
 *   optional; answers their ids. `DELETE /control/posts/<id>` takes one down by hand.
 * - `POST /control/reset` forgets faults, settings, log, rate limits, and all posts and media, unless `{"keepPosts": true}`.
 *
 * A POST must say `content-type: application/json`. 400 says what is wrong with a body, 404 that nothing is there.
 */
const routes: Record<string, Handler> = {
  "GET /control/faults": ({ controls }) =>
    ok(controls.faults.map(({ fault, left }) => ({ fault, left: Number.isFinite(left) ? left : null }))),
  "POST /control/faults": ({ controls }, request) => {
    const faults = parse(request, Faults);
    controls.faults.push(...faults.map(arm));
    return ok({ armed: faults.length });
  },
  "DELETE /control/faults": ({ controls }) => ok({ disarmed: controls.faults.splice(0).length }),
  "GET /control/held": async ({ controls }, { query }) => {
    if (query.has("wait")) await whenHeld(controls);
    return ok(controls.held.map(({ operation, afterEffect }) => ({ operation, afterEffect })));
  },
  "POST /control/release": ({ controls }, request) =>
    ok({ released: releaseHeld(controls, parse(request, Release).drop ? "drop" : "go on") }),
  "GET /control/settings": ({ controls }) => ok(controls.settings),
  "POST /control/settings": ({ controls }, request) => {
    Object.assign(controls.settings, parse(request, XSettingsChange));
    return ok(controls.settings);
  },
  "GET /control/calls": ({ controls }) => ok(controls.calls),
  "DELETE /control/calls": ({ controls }) => ok({ forgotten: controls.calls.splice(0).length }),
  "GET /control/posts": ({ posts }) => ok([...posts.values()]),
  "POST /control/posts": async (x, request) => {
    const { count, text, kind } = parse(request, ByHand);
    const ids: string[] = [];
    for (let number = 1; number <= count; number += 1)
      ids.push((await postByHand(x, { text: `${text} ${x.lastId + 1n}`, ...(kind && { kind }) })).id);
    return ok({ ids });
  },
  "DELETE /control/posts/{id}": async (x, _request, id) => {
    const post = x.posts.get(id);
    if (post === undefined || post.deletedAt !== undefined) return absent(`post ${id}`);
    await savePost(x, { ...post, deletedAt: x.clock() });
    return ok({ deleted: id });
  },
  "GET /control/media": ({ media }) => ok([...media.values()]),
  "GET /control/media/{id}": async (x, _request, id) => {
    const media = x.media.get(id);
    if (!media) return absent(`media ${id}`);
    const bytes = await readMediaBytes(x, id);
    return ok({ ...media, ...(bytes ? { sha256: createHash("sha256").update(bytes).digest("hex") } : {}) });
  },
  "POST /control/media/{id}/expire": async (x, request, id) => {
    parse(request, Empty);
    const media = x.media.get(id);
    if (!media) return absent(`media ${id}`);
    await saveMedia(x, { ...media, expiresAt: x.clock() });
    return ok({ expired: id });
  },
  "POST /control/reset": async (x, request) => {
    await reset(x, parse(request, Reset));
    return ok({ reset: true });
  },
};

export async function callControl(x: X, request: ControlRequest): Promise<Answer> {
  const id = /^\/control\/(?:media|posts)\/([0-9]{1,19})(?:\/|$)/.exec(request.path)?.[1] ?? "";
  const handler = routes[`${request.method} ${id === "" ? request.path : request.path.replace(id, "{id}")}`];
  if (!handler) {
    return failure(404, `there is no ${request.method} ${request.path}; there are ${Object.keys(routes).join(", ")}`);
  }
  try {
    return await handler(x, request, id);
  } catch (error) {
    if (error instanceof Refused) return error.answer;
    throw error;
  }
}

const ok = (value: unknown) => json(200, value);
const failure = (status: number, message: string) => json(status, { message });
const absent = (what: string) => failure(404, `there is no ${what}`);

function parse<T extends v.GenericSchema>(request: ControlRequest, schema: T): v.InferOutput<T> {
  // It makes a browser ask first, and that question is not answered: no page of another site can give orders here.
  if (!/^application\/json\b/i.test(request.contentType)) {
    throw new Refused(failure(415, "say content-type: application/json"));
  }
  let value: unknown;
  try {
    value = JSON.parse(request.body.toString("utf8"));
  } catch {
    throw new Refused(failure(400, "the body is not JSON"));
  }
  const result = v.safeParse(schema, value);
  if (!result.success) throw new Refused(failure(400, v.summarize(result.issues)));
  return result.output;
}
