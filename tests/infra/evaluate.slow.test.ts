import { expect, it } from "vitest";
import { evaluate } from "./graph.ts";

it("a throw in the program is noticed, where the graph is merely short, and in that program alone", async () => {
  const mutation = {
    file: "stacks/storage.ts",
    find: "const isKept = ",
    replace: 'throw new Error("on purpose"); const isKept = ',
  };
  const [thrown, whole] = await evaluate([{ stage: "dev", mutations: [mutation] }, { stage: "dev" }]);
  expect(thrown?.errors).toContainEqual(expect.stringMatching(/on purpose/));
  expect(whole?.errors).toEqual([]);
  expect(whole?.resources.length).toBeGreaterThan(thrown?.resources.length ?? 0);
}, 240_000);
