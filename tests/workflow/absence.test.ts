import { functionArn } from "@twobytwo/sandbox/lambdas";
import { openStage, type Stage } from "@twobytwo/sandbox/test/stage";
import { type IncompleteForm, incompleteForms } from "@twobytwo/sandbox/x/faults";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";

let stage: Stage;
let number = 0;
let before = 0;
let shift = 0;
const hour = 60 * 60 * 1000;
const operation = "POST /2/tweets" as const;

beforeAll(async () => {
  stage = await openStage({ timeShift: () => shift });
  // One post that the table knows: by it, a timeline can prove itself.
  await stage.add(undefined, { title: "Known", unlike: "known" });
  await stage.run();
});
beforeEach(async () => {
  await stage.sandbox.x.reset({ keepPosts: true });
  before = stage.sandbox.x.posts().length;
  number += 1;
});
afterAll(() => stage.close());

const add = () => stage.add(undefined, { title: `Square ${number}`, unlike: `${number}` });
const newPosts = () => stage.sandbox.x.posts().slice(before);
const incomplete = (how: IncompleteForm) =>
  ({ kind: "incomplete", how, operation: "GET /2/users/{id}/tweets", times: "always" }) as const;

describe("a post whose answer was lost", () => {
  // Of what may be hidden for ever no look can know; that is what X's memory is for.
  it.each(incompleteForms.filter((how) => how !== "hidden" && how !== "some-errors"))(
    "is not sent again because a timeline that is not whole (%s) does not show it: a person decides",
    async (how) => {
      stage.sandbox.x.configure({ memoryHours: 0 });
      const square = await add();
      stage.sandbox.x.inject({ kind: "lost-answer", operation }, incomplete(how));
      const run = await stage.run({ squareId: square.id });
      if (how === "cut-short") expect(run.output).toMatchObject({ outcome: "posted", squareId: square.id });
      else {
        expect(run).toMatchObject({ status: "FAILED", error: "UnknownOutcome" });
        expect(await stage.square(square.id)).toMatchObject({
          status: "review",
          lastError: { message: expect.stringMatching(/could not be read completely/) },
        });
      }
      expect(newPosts()).toHaveLength(1);
    },
  );

  it("is found where the answer reports errors beside it", async () => {
    const square = await add();
    stage.sandbox.x.inject({ kind: "lost-answer", operation }, incomplete("some-errors"));
    expect(await stage.run({ squareId: square.id })).toMatchObject({ output: { outcome: "posted" } });
    expect(newPosts()).toHaveLength(1);
  });

  it("is sent again where it was truly lost, after three looks, also where X remembers nothing", async () => {
    stage.sandbox.x.configure({ memoryHours: 0 });
    const square = await add();
    stage.sandbox.x.inject({ kind: "cut", operation });
    const run = await stage.run({ squareId: square.id });
    expect(run.states.filter((state) => state === "Reconcile")).toHaveLength(3);
    expect(run.output).toMatchObject({ outcome: "posted", squareId: square.id });
    expect(newPosts()).toHaveLength(1);
  });

  it.each([1, 2])("is found though X remembers nothing and shows it %i looks late", async (reads) => {
    stage.sandbox.x.configure({ memoryHours: 0, timelineLag: { reads } });
    const square = await add();
    stage.sandbox.x.inject({ kind: "lost-answer", operation });
    const run = await stage.run({ squareId: square.id });
    expect(run.states.filter((state) => state === "Tweet")).toHaveLength(1);
    expect(run.output).toMatchObject({ outcome: "posted", squareId: square.id });
    expect(newPosts()).toHaveLength(1);
  });
});

describe("a run that is started again in the middle of Tweet", () => {
  it.each([0, 13, 23])("looks before it sends anything, %i hours later", async (hours) => {
    stage.sandbox.x.configure({ memoryHours: 0 });
    const square = await add();
    stage.sandbox.x.inject({ kind: "hang", afterEffect: true, operation });
    const { stepFunctions } = stage.sandbox;
    const machineArn = stepFunctions.machines[0]?.arn ?? "";
    const { executionArn } = stepFunctions.start({ machineArn, input: { squareId: square.id } });
    await stage.sandbox.x.held();
    stepFunctions.stop(executionArn);
    await stage.sandbox.lambda.kill("twobytwo-sandbox-tweet");
    stage.sandbox.x.release();
    expect(newPosts()).toHaveLength(1);

    shift += hours * hour;
    const { mediaId = "", title, objectKey } = await stage.square(square.id);
    const event = {
      execution: executionArn,
      square: { id: square.id, title, caption: title, altText: null, objectKey },
      mediaId,
    };
    // What RedriveExecution does: the state that was aborted is entered anew, with its input.
    const again = await stage.sandbox.lambda.invoke(functionArn("tweet"), event);
    expect(again).toMatchObject({ error: { errorType: "UnknownOutcome" } });
    expect(newPosts()).toHaveLength(1);
    const look = await stage.sandbox.lambda.invoke(functionArn("reconcile"), {
      execution: executionArn,
      squareId: square.id,
      look: 1,
    });
    expect(look).toMatchObject({ payload: { outcome: "found", tweetId: newPosts()[0]?.id } });
    await stage.sandbox.lambda.invoke(functionArn("mark-posted"), {
      execution: executionArn,
      squareId: square.id,
      tweetId: newPosts()[0]?.id,
    });
  });
});
