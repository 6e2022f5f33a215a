import { readFileSync } from "node:fs";
import { claimNext } from "@twobytwo/core/posting/claim";
import { functionArn } from "@twobytwo/sandbox/lambdas";
import { openStage, type Stage } from "@twobytwo/sandbox/test/stage";
import { definitionFile } from "@twobytwo/stacks/definition-file";
import { afterAll, beforeAll, expect, it, onTestFinished } from "vitest";

let stage: Stage;
beforeAll(async () => {
  stage = await openStage();
});
afterAll(() => stage.close());

it("a warm-up does nothing, whatever else its input says, and the same input without it posts", async () => {
  const { id } = await stage.add();
  const execution = "run-1";
  await claimNext(stage.ports.table, { execution, now: Date.now() });
  const { title, objectKey } = await stage.square(id);
  const square = { id, title, caption: title, altText: null, objectKey };
  const inHand = { execution, square, squareId: id };
  const call = (name: string, input: object) => stage.sandbox.lambda.invoke(functionArn(name), input);
  const { payload: media } = (await call("fetch-media", inHand)) as { payload: { id: string } };
  const work = { ...inHand, mediaId: media.id };
  const before = await stage.square(id);
  const calls = stage.sandbox.x.calls().length;
  for (const warmUp of [true, false, null, 0, "", "no", {}, [], { warmUp: false }])
    for (const name of ["fetch-media", "tweet"])
      expect(await call(name, { ...work, warmUp }), JSON.stringify(warmUp)).toMatchObject({ payload: null });
  expect(stage.sandbox.x.calls()).toHaveLength(calls);
  expect(stage.sandbox.x.posts()).toEqual([]);
  expect(await stage.square(id)).toEqual(before);

  await call("tweet", work);
  expect(stage.sandbox.x.posts()).toHaveLength(1);
});

it("each function that is warmed up in a run is called again by it, and works only then", async () => {
  const [lines, posts] = [stage.logs.length, stage.sandbox.x.posts().length];
  const { id } = await stage.add(undefined, { unlike: "another" });
  await stage.run({ squareId: id });
  const logged = (step: string) =>
    stage.logs
      .slice(lines)
      .filter((line) => line.includes(`"step":"${step}"`))
      .map((line) => JSON.parse(line).outcome);
  for (const step of ["Fetch media", "Tweet"]) expect(logged(step).sort()).toEqual(["done", "warm"]);
  expect(stage.sandbox.x.posts()).toHaveLength(posts + 1);
});

it("a run goes on where a warm-up fails", async () => {
  const definition = JSON.parse(readFileSync(definitionFile, "utf8"));
  for (const [name, { Parameters }] of Object.entries<{ Parameters: { FunctionName: string } }>(definition.States))
    if (name.startsWith("Warm up")) Parameters.FunctionName = "nobody";
  const other = await openStage({ definition });
  onTestFinished(() => other.close());
  await other.add();
  const { lines, output } = await other.run();
  expect(lines.filter(({ outcome }) => outcome === "caught").map(({ state, error }) => [state, error])).toEqual([
    ["Warm up Fetch media", "Lambda.ResourceNotFoundException"],
    ["Warm up Tweet", "Lambda.ResourceNotFoundException"],
  ]);
  expect(output).toMatchObject({ outcome: "posted" });
});
