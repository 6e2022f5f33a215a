import { PassThrough } from "node:stream";
import { DeleteObjectCommand } from "@aws-sdk/client-s3";
import { PutParameterCommand } from "@aws-sdk/client-ssm";
import { addMany } from "@twobytwo/core/adding/add-many";
import { claimNext } from "@twobytwo/core/posting/claim";
import { putInReview } from "@twobytwo/core/posting/give-up";
import type { Square } from "@twobytwo/core/squares/square";
import { readStock } from "@twobytwo/core/squares/stock";
import { readSquare } from "@twobytwo/core/squares/table";
import { endpointEnvironment } from "@twobytwo/sandbox/lambdas";
import { names, region, stateMachineArn, topicArn } from "@twobytwo/sandbox/names";
import { samplePictures } from "@twobytwo/sandbox/pictures";
import { portsOf } from "@twobytwo/sandbox/ports";
import { type Sandbox, startSandbox } from "@twobytwo/sandbox/sandbox";
import { distFunctions } from "@twobytwo/scripts/build";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { deploymentOf } from "../src/deployment.ts";
import { execute } from "../src/execute.ts";
import { type Ended, run2x2, samples, temporaryDirectory } from "./command.ts";

let place: Awaited<ReturnType<typeof temporaryDirectory>>;
let sandbox: Sandbox;
let ports: ReturnType<typeof portsOf>;
/** The samples, in the order in which they were added. */
let ids: string[];

beforeAll(async () => {
  place = await temporaryDirectory();
  vi.stubEnv("TWOBYTWO_SANDBOX_DIR", place.directory);
  sandbox = await startSandbox({ directory: place.directory, bundles: distFunctions, waitScale: 0 });
  ports = portsOf(sandbox.clients);
  const { added } = await addMany(ports, samplePictures(samples), {});
  ids = added.map(({ id }) => id);
});
afterAll(async () => {
  vi.unstubAllEnvs();
  await sandbox.close();
  await place.remove();
});

/** In this process: a process of its own for each would take longer than all of them. */
async function run(...args: string[]): Promise<Ended> {
  const [stdout, stderr] = [new PassThrough(), new PassThrough()];
  const { signal } = new AbortController();
  const code = await execute(args, { stdin: undefined, stdout, stderr, environment: process.env, signal });
  const said = (stream: PassThrough) => String(stream.read() ?? "");
  return { code, stdout: said(stdout), stderr: said(stderr) };
}

/** One document and nothing else, as `--json` promises. */
async function json(...args: string[]): Promise<Ended & { document: unknown }> {
  const ended = await run(...args, "--json");
  return { ...ended, document: JSON.parse(ended.stdout) };
}

async function square(id: string): Promise<Square> {
  const found = await readSquare(ports.table, id);
  if (found === undefined) throw new Error(`${id} is lost`);
  return found;
}
const id = (index: number) => ids[index] ?? "";
const queue = async () =>
  ((await json("list", "--status", "queued")).document as Square[]).map((one) => ids.indexOf(one.id));

describe("against a sandbox that runs", () => {
  it("shows how things stand, in words and as a document", async () => {
    const [words, { document, stderr, code }] = await Promise.all([run("status"), json("status")]);
    expect(words.stdout).toContain("8 queued");
    expect(words.stdout).toMatch(/^next .*18:00, UTC: 01/m);
    expect(words.stdout).not.toContain("\u001b[");
    expect([code, stderr]).toEqual([0, ""]);
    expect(document).toMatchObject({ stage: "sandbox", stock: { queued: 8 }, rhythm: { state: "enabled" }, open: [] });
  });

  it("lists squares in the order of the queue, with what is missing", async () => {
    const [all, few] = await Promise.all([json("list"), run("list", "--limit", "2")]);
    expect((all.document as Square[]).map((one) => one.id)).toEqual(ids);
    expect(few.stdout).toMatch(/2 squares, and there are more: --all lists them/);
    expect(few.stdout.split("\n")).toHaveLength(6);
  });

  it("shows one square, found by the beginning of its id", async () => {
    const [words, { document }] = await Promise.all([run("show", id(0).slice(0, 24)), json("show", "next")]);
    expect(words.stdout).toContain(id(0));
    expect(words.stdout).toContain(`s3://${names.bucket}/`);
    expect(document).toMatchObject({
      id: id(0),
      status: "queued",
      history: [{ what: "added" }, { what: "last changed" }],
    });
  });

  it("gives the next posts their dates", async () => {
    const { document } = await json("next", "3");
    expect(document).toMatchObject({ posts: ids.slice(0, 3).map((known) => ({ square: { id: known } })) });
    const at = (document as { posts: { at: string }[]; emptyOn: string }).posts.map((post) => Date.parse(post.at));
    expect(at.map((time) => new Date(time).getUTCHours())).toEqual([18, 18, 18]);
    expect((document as { emptyOn: string }).emptyOn).toBe(new Date((at[0] ?? 0) + 7 * 86_400_000).toISOString());
  });

  it("edits words, and warns on standard error of a link", async () => {
    const { code, stderr, document } = await json(
      "edit",
      id(1),
      "--title",
      "青い四角",
      "--caption",
      "mehr auf 2x2.art",
      "--alt",
      "",
    );
    expect(code).toBe(0);
    expect(stderr).toMatch(/has a link \(2x2\.art\): this post costs \$0\.20/);
    expect(document).toMatchObject({ changed: true, square: { title: "青い四角", caption: "mehr auf 2x2.art" } });
    expect(await square(id(1))).not.toHaveProperty("altText");
    const { stdout } = await run("list", "--limit", "2");
    expect(stdout).toMatch(/青い四角 .*no alt text/);
  });

  it("gives a square a date, shows it where it is posted, and puts it back at its place", async () => {
    const { code, stdout } = await run("edit", id(2), "--on", "2098-12-24");
    expect(code).toBe(0);
    expect(stdout).toMatch(/It is due from Wed 24 Dec 2098, 00:00, UTC, and posted Wed 24 Dec 2098, 18:00\.\n$/);
    expect((await run("next", "8")).stdout).toMatch(
      new RegExp(`${id(2)}.*Wed 24 Dec 2098, 00:00[\\s\\S]*7 squares in the queue, 1 with a date\\.`),
    );
    expect((await run("list", "--status", "dated")).stdout).toMatch(/DUE FROM[\s\S]*Wed 24 Dec 2098, 00:00/);
    expect((await run("status")).stdout).toContain("7 queued, 1 dated");
    expect((await json("edit", id(2), "--on", "2098-12-24T18:00")).document).toMatchObject({
      square: { status: "dated", sortKey: "2098-12-24T18:00:00.000Z" },
      due: { from: "2098-12-24T18:00:00.000Z", slot: "2098-12-24T18:00:00.000Z", timeZone: "UTC" },
    });
    const [past, never] = await Promise.all([
      run("edit", id(3), "--on", "2020-01-01"),
      run("edit", id(3), "--on", "soon", "--title", "Never written"),
    ]);
    expect([past.code, never.code]).toEqual([1, 2]);
    expect(past.stderr).toContain("2020-01-01 has passed");
    expect(never.stderr).toContain('"soon" is not a time');
    await run("edit", id(2), "--on", "none");
    expect(await queue()).toEqual([0, 1, 2, 3, 4, 5, 6, 7]);
    expect((await square(id(3))).title).not.toBe("Never written");
  });

  it("names by next what is posted next, also where it has a date", async () => {
    await run("edit", id(5), "--on", new Date().toISOString().slice(0, 10));
    expect((await json("show", "next")).document).toMatchObject({ id: id(5), status: "dated" });
    await run("edit", "next", "--on", "none");
    expect((await json("show", "next")).document).toMatchObject({ id: id(0) });
  });

  it("moves squares within the queue", async () => {
    expect((await run("move", id(7), "--top")).stdout).toContain("is now next");
    await run("move", id(0), "--end");
    await run("move", id(6), "--before", id(3));
    expect(await queue()).toEqual([7, 1, 2, 6, 3, 4, 5, 0]);
  });

  it("drafts, withdraws and requeues, several at a time, and tells of each", async () => {
    expect((await run("draft", id(1), id(2))).stdout).toMatch(/✓ .*: queued → draft\n✓ .*: queued → draft\n$/);
    const mixed = await json("withdraw", id(1), "nobody", id(3));
    expect(mixed.code).toBe(1);
    expect(mixed.document).toMatchObject([
      { id: id(1), from: "draft", to: "withdrawn", changed: true },
      { id: "nobody", error: { name: "Rejected", message: expect.stringContaining("There is no square nobody") } },
      { id: id(3), to: "withdrawn" },
    ]);
    const { document } = await json("requeue", id(1), id(2), id(3), "--top");
    expect(document).toMatchObject([{ id: id(1) }, { id: id(2) }, { id: id(3) }]);
    expect(await queue()).toEqual([1, 2, 3, 7, 6, 4, 5, 0]);
  });

  it("posts a square now, step by step, to its end", async () => {
    const { code, stdout, stderr } = await run("post", id(4));
    expect([code, stdout]).toEqual([
      0,
      expect.stringMatching(/^✓ Posted http:\/\/127\.0\.0\.1:\d+\/\S+\/status\/\d+\n$/),
    ]);
    expect(stderr).toMatch(/^Posting “.*”, run post-now-\w+\n✓ Warm up Fetch media .*ms/);
    expect(stderr).toMatch(/✓ Tweet .*\n✓ Mark posted .*[\s\S]*✓ Done/);
    expect(await square(id(4))).toMatchObject({ status: "posted" });
    expect(sandbox.x.posts().map((post) => post.id)).toEqual([(await square(id(4))).tweetId]);
  });

  it("does not start a run for a square that cannot be posted", async () => {
    const [posted, edited, moved, again] = await Promise.all([
      run("post", id(4)),
      run("edit", id(4), "--title", "x"),
      run("move", id(4), "--top"),
      run("requeue", id(4)),
    ]);
    expect(posted.stderr).toContain("is posted, and only a queued or dated square can be posted: `2x2 requeue");
    expect(edited.stderr).toContain("is posted, and X keeps the text");
    expect(moved.stderr).toContain("only queued squares have a place in the queue");
    expect(again.stdout).toMatch(/is posted \(http.*\) and would be posted a second time: add --yes if you want that/);
    for (const { code } of [posted, edited, moved, again]) expect(code).toBe(1);
    expect(((await json("runs")).document as unknown[]).length).toBe(1);
  });

  it("lists runs and shows one state by state", async () => {
    const [table, last, { document }] = await Promise.all([run("runs"), run("run", "last"), json("run", "post-now")]);
    expect(table.stdout).toMatch(/^post-now-\S+ .* SUCCEEDED .* posted 01/m);
    expect(last.stdout).toMatch(/✓ Fetch media .*\n✓ Tweet /);
    expect(last.stdout).toMatch(/output \{"outcome":"posted"/);
    expect(document).toMatchObject({
      status: "SUCCEEDED",
      input: { squareId: id(4) },
      steps: expect.arrayContaining([expect.objectContaining({ state: "Tweet", outcome: "succeeded" })]),
    });
  });

  it("tells a run that failed, and ends with 1", async () => {
    const { objectKey } = await square(id(5));
    await sandbox.clients.s3.send(new DeleteObjectCommand({ Bucket: names.bucket, Key: objectKey }));
    const { code, document, stderr } = await json("post", id(5));
    expect(code).toBe(1);
    expect(stderr).toMatch(/✗ Fetch media .*MediaMissing/);
    expect(document).toMatchObject({ status: "FAILED", error: "MediaMissing" });
    expect(await square(id(5))).toMatchObject({ status: "review" });
  });

  it("decides on squares that are held for review", async () => {
    for (const held of [6, 7]) {
      const execution = `arn:aws:states:us-east-1:000000000000:execution:x:held-${held}`;
      await claimNext(ports.table, { execution, squareId: id(held), now: Date.now() });
      const error = { name: "UnknownOutcome", message: "no answer" };
      await putInReview(ports.table, { id: id(held), execution, error, now: Date.now() });
    }
    const [list, { document }, shown, wrong] = await Promise.all([
      run("review"),
      json("review"),
      run("review", id(6)),
      run("review", id(6), "--requeue", "--withdraw"),
    ]);
    expect(list.stdout).toMatch(/because {5}UnknownOutcome: no answer\nrun {9}held-6/);
    expect(list.stdout).toContain("3 squares held for review.");
    expect(document).toHaveLength(3);
    expect([shown.code, shown.stdout]).toEqual([0, expect.stringContaining("nothing that may have been posted")]);
    expect(shown.stdout).toMatch(/Decide with `2x2 review \w+ --posted POST`, `--requeue`/);
    expect(await square(id(6))).toMatchObject({ status: "review" });
    expect([wrong.code, wrong.stderr]).toEqual([2, expect.stringMatching(/^Choose one of --posted/)]);

    const decided = await Promise.all([
      json("review", id(6), "--posted", "https://x.com/somebody/status/1212092628029698048?s=20"),
      json("review", id(7), "--requeue"),
      json("review", id(5), "--withdraw"),
    ]);
    expect(decided.map(({ document: one }) => (one as { to: string }).to)).toEqual(["posted", "queued", "withdrawn"]);
    expect(await square(id(6))).toMatchObject({ tweetId: "1212092628029698048" });
    expect((await run("review", id(4), "--requeue")).stderr).toContain(
      "you can only decide on a square that is held for review",
    );
  });

  it("pauses, and resumes", async () => {
    expect((await run("pause", "--reason", "holiday")).stdout).toBe("Paused. `2x2 resume` ends the pause.\n");
    expect((await run("status")).stdout).toMatch(/paused until resumed \(holiday\)/);
    expect((await json("next", "1")).document).not.toHaveProperty("emptyOn");
    expect((await json("pause", "--until", "2099-01-31")).document).toMatchObject({
      until: "2099-01-31T00:00:00.000Z",
    });
    expect((await run("next", "1")).stdout).toContain("Sat 31 Jan 2099, 18:00");
    const [wrong, past] = await Promise.all([run("pause", "--until", "soon"), run("pause", "--until", "2020-01-01")]);
    expect([wrong.code, wrong.stderr]).toEqual([2, expect.stringContaining('"soon" is not a time')]);
    expect([past.code, past.stderr]).toEqual([1, "2020-01-01T00:00:00.000Z has passed: give a later time, or none.\n"]);
    expect((await run("resume")).stdout).toMatch(/^Resumed\. The next post goes out .*, 18:00, UTC\.\n$/);
  });

  it("shows and changes the schedule", async () => {
    const { document } = await json("schedule", "cron(0 9 ? * MON *)", "--timezone", "Europe/Berlin");
    expect(document).toMatchObject({ description: "every Monday at 09:00, Europe/Berlin", state: "enabled" });
    expect((document as { next: string[] }).next).toHaveLength(3);
    const [shown, wrong, zone] = await Promise.all([
      run("schedule"),
      run("schedule", "every day"),
      run("schedule", "--timezone", "Berlin"),
    ]);
    expect(shown.stdout).toMatch(
      /^Posts go out every Monday at 09:00, Europe\/Berlin\.\n[\s\S]*Next:\n( {2}Mon .*, 09:00\n){3}$/,
    );
    expect(wrong).toMatchObject({
      code: 1,
      stdout: "",
      stderr: expect.stringContaining('"every day" is not a schedule'),
    });
    expect(zone).toMatchObject({ code: 1, stderr: expect.stringContaining('"Berlin" is not a time zone') });
  });

  it("changes days and times of the schedule by themselves, and says what one schedule cannot have", async () => {
    const expression = async (...args: string[]) =>
      ((await json("schedule", ...args)).document as { expression: string }).expression;
    expect(await expression("--on", "mon,thu", "--at", "09:00,18:00")).toBe("cron(0 9,18 ? * MON,THU *)");
    expect(await expression("--at", "8:30")).toBe("cron(30 8 ? * MON,THU *)");
    expect(await expression("--on", "sat-sun")).toBe("cron(30 8 ? * SUN,SAT *)");
    expect((await run("schedule")).stdout).toMatch(
      /^Posts go out every Saturday and Sunday at 08:30, Europe\/Berlin\./,
    );
    const refused = await Promise.all([
      run("schedule", "--at", "09:00,18:30"),
      run("schedule", "rate(6 hours)", "--at", "09:00"),
      run("schedule", "--on", "mo"),
    ]);
    expect(refused.map(({ code, stderr }) => [code, stderr])).toEqual([
      [1, expect.stringContaining("would also post at 09:30 and 18:00")],
      [2, expect.stringContaining("both say when posts go out")],
      [2, expect.stringContaining('"mo" is not a weekday')],
    ]);
    expect(await expression()).toBe("cron(30 8 ? * SUN,SAT *)");
    await run("schedule", "rate(6 hours)");
    expect((await run("schedule", "--on", "mon")).stderr).toMatch(
      /rate\(6 hours\) has no times of day .*: add --at\.\n$/,
    );
    expect((await run("schedule", "--at", "18:00")).stderr).toMatch(/has no days that could stay: add --on/);
    expect(await expression("--on", "daily", "--at", "18:00")).toBe("cron(0 18 * * ? *)");
  });

  it("gives squares ids in the order in which they are added, also within a millisecond", () => {
    const settings = { outputs: { order: "oldest" } } as Parameters<typeof deploymentOf>[1];
    for (const { newId } of [portsOf(sandbox.clients), deploymentOf(sandbox.clients as never, settings)]) {
      const made = Array.from({ length: 100 }, () => newId());
      expect(made).toEqual(made.toSorted());
    }
  });

  it("gives the squares of a series captions, and only those that nobody wrote by hand", async () => {
    const [one, two, three] = (await queue()).map(id) as [string, string, string];
    for (const wanted of [one, two, three])
      await run("edit", wanted, "--series", "Ridge", "--caption", wanted === two ? "Mine" : "");
    const captioned = async (...args: string[]) => {
      const { document } = await json("captions", "Ridge", ...args);
      const { squares } = document as { squares: { id: string; outcome: string; caption: string }[] };
      return Object.fromEntries(squares.map((found) => [found.id, [found.outcome, found.caption]]));
    };
    expect((await run("captions", "Ridge")).stderr).toMatch(/^The series “Ridge” has no template yet: write one/);
    const number = (wanted: string) => [one, two, three].toSorted().indexOf(wanted) + 1;
    const planned = await captioned("No. {n} of {series}", "--dry-run");
    expect(planned[one]).toEqual(["changes", `No. ${number(one)} of Ridge`]);
    expect((await square(one)).caption).toBeUndefined();
    expect(await captioned("No. {n} of {series}")).toEqual(planned);
    expect(await captioned()).toMatchObject({ [one]: ["stays", planned[one]?.[1]], [two]: ["left", "Mine"] });
    expect((await square(three)).caption).toBe(`No. ${number(three)} of Ridge`);

    const words = await run("captions", "Ridge", `{title} ${"x".repeat(275)}`);
    expect(words).toMatchObject({
      code: 1,
      stdout: expect.stringMatching(/\n0 captions changed\.\nThe caption of “.*” counts as/),
    });
    expect(words.stdout).toMatch(new RegExp(`${two} +Mine +4 of 280 +left, written by hand`));
    expect((await run("captions", "Rigde", "{n}")).stderr).toMatch(
      /There is no square in the series “Rigde”: did you mean “Ridge”\?/,
    );
    expect((await run("captions", "Ridge", "{nr}")).stderr).toMatch(/^A template has no \{nr\}/);
  });

  it("keeps the books through all of that", async () => {
    const { document } = await json("list", "--all");
    const counts = Object.groupBy(document as Square[], ({ status }) => status);
    const stock = await readStock(ports.table);
    for (const [status, count] of Object.entries(stock))
      expect([status, counts[status as keyof typeof counts]?.length ?? 0]).toEqual([status, count]);
  });
});

describe("commands that are written wrongly", () => {
  it("end with 2, name the mistake and show the usage, and print a document where one was asked for", async () => {
    const [words, { code, document, stderr }] = await Promise.all([run("lsit"), json("edit", "--tilte", "x")]);
    expect(words).toMatchObject({
      code: 2,
      stdout: "",
      stderr: expect.stringMatching(/did you mean "list"\?\n\n {2}2x2 VERB/),
    });
    expect([code, stderr]).toEqual([
      2,
      expect.stringContaining("2x2 edit has no option --tilte; did you mean --title?"),
    ]);
    expect(document).toEqual({
      error: {
        name: "UsageError",
        message: expect.stringContaining("--tilte"),
        usage: expect.stringMatching(/^2x2 edit ID/),
      },
    });
  });

  it("show a stack only where TWOBYTWO_DEBUG asks for it", async () => {
    expect(await run("show", "nobody")).toMatchObject({
      code: 1,
      stderr: "There is no square nobody: check the id in the list.\n",
    });
    vi.stubEnv("TWOBYTWO_DEBUG", "1");
    expect((await run("show", "nobody")).stderr).toMatch(/There is no square nobody[\s\S]*\n {4}at /);
    vi.stubEnv("TWOBYTWO_DEBUG", "");
  });

  it("are helped by the overview and by the help of a verb, in words and as a document", async () => {
    expect((await json()).document).toContainEqual(
      expect.objectContaining({ name: "edit", usage: expect.stringContaining("2x2 edit ID") }),
    );
    expect((await run("edit", "--help")).stdout).toMatch(/^2x2 edit ID[\s\S]*--title TITLE +the title/);
    expect((await json("help", "edit")).document).toMatchObject({ name: "edit" });
    expect(await run("help", "edti")).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('did you mean "edit"?'),
    });
  });
});

describe("a deployed stage", () => {
  const environment = () => ({
    ...endpointEnvironment(sandbox.endpoints),
    AWS_REGION: "us-east-1",
    AWS_ACCESS_KEY_ID: "sandbox",
    AWS_SECRET_ACCESS_KEY: sandbox.secretAccessKey,
  });

  beforeAll(async () => {
    const outputs = {
      table: names.table,
      bucket: names.bucket,
      schedule: names.schedule,
      scheduleGroup: "default",
      stateMachineArn,
      credentialsParameter: names.credentials,
      alertsTopicArn: topicArn,
      region,
    };
    const put = (Name: string, Value: string) =>
      sandbox.clients.ssm.send(new PutParameterCommand({ Name, Type: "String", Value }));
    await put("/twobytwo/test/outputs", JSON.stringify(outputs));
    await put("/twobytwo/torn/outputs", JSON.stringify({ ...outputs, table: 7 }));
  });

  it("is worked on by the same verbs, with nothing but its outputs and the credentials of this machine", async () => {
    const { code, stdout } = await run2x2(["post", id(0), "--stage", "test"], {
      directory: "/nowhere",
      environment: environment(),
    });
    expect([code, stdout]).toEqual([0, expect.stringMatching(/^✓ Posted https:\/\/x\.com\/i\/status\/\d+\n$/)]);
    expect(await square(id(0))).toMatchObject({ status: "posted" });
    for (const [name, value] of Object.entries(environment())) vi.stubEnv(name, value);
    expect((await json("status", "--stage", "test")).document).toMatchObject({ stage: "test" });
  });

  it("has words for a stage that is not there, and for one that is torn", async () => {
    for (const [name, value] of Object.entries(environment())) vi.stubEnv(name, value);
    expect(await run("list", "--stage", "prod")).toMatchObject({
      code: 1,
      stdout: "",
      stderr: expect.stringMatching(
        /^There is no stage prod in us-east-1 \(no parameter \/twobytwo\/prod\/outputs\): check/,
      ),
    });
    expect((await run("list", "--stage", "torn")).stderr).toMatch(
      /^The parameter \/twobytwo\/torn\/outputs does not have the expected content \(table: .*: deploy torn again\.\n$/,
    );
  });

  it("has words for a machine without credentials", async () => {
    const { directory } = place;
    const environment = {
      AWS_REGION: "us-east-1",
      AWS_EC2_METADATA_DISABLED: "true",
      HOME: directory,
      USERPROFILE: directory,
    };
    const nobody = await run2x2(["list", "--stage", "test"], { directory, environment });
    expect(nobody).toMatchObject({
      code: 1,
      stdout: "",
      stderr: expect.stringMatching(/^No AWS credentials were found: sign in/),
    });
  });
});
