import { expect, it } from "vitest";
import { evaluate } from "./graph.ts";

it("a throw in the program is noticed, where the graph is merely short", async () => {
  const { errors } = await evaluate("dev", {
    mutations: [
      {
        file: "stacks/storage.ts",
        find: "const isKept = ",
        replace: 'throw new Error("on purpose"); const isKept = ',
      },
    ],
  });
  expect(errors).toContainEqual(expect.stringMatching(/on purpose/));
}, 240_000);
