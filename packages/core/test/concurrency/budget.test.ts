import { createBudget } from "@twobytwo/core/concurrency/budget";
import { describe, expect, it } from "vitest";

/** Until nothing is left that goes on by itself. */
const settled = () => new Promise((resolve) => setImmediate(resolve));

/** Takers by name, and who has got what he asked for. */
function takers(limit: number) {
  const budget = createBudget(limit);
  const got: Record<string, () => void> = {};
  return {
    ask: (name: string, weight: number) =>
      void budget.take(weight).then((giveBack) => {
        got[name] = giveBack;
      }),
    giveBack: (name: string) => got[name]?.(),
    got: async () => {
      await settled();
      return Object.keys(got).join("");
    },
  };
}

describe("a budget", () => {
  it("is given to the last of it, and then waited for", async () => {
    const { ask, giveBack, got } = takers(10);
    ask("a", 6);
    ask("b", 4);
    ask("c", 1);
    expect(await got()).toBe("ab");
    giveBack("b");
    expect(await got()).toBe("abc");
  });

  it("is given in the order of asking: a small one does not overtake a large one", async () => {
    const { ask, giveBack, got } = takers(10);
    ask("a", 8);
    ask("b", 5);
    ask("c", 1);
    expect(await got()).toBe("a");
    giveBack("a");
    expect(await got()).toBe("abc");
  });

  it("is had as a whole by who is heavier than all of it", async () => {
    const { ask, giveBack, got } = takers(10);
    ask("a", 99);
    ask("b", 1);
    expect(await got()).toBe("a");
    giveBack("a");
    expect(await got()).toBe("ab");
    ask("c", 10);
    expect(await got()).toBe("ab");
    giveBack("b");
    expect(await got()).toBe("abc");
  });

  it("grows by nothing where somebody gives back twice", async () => {
    const { ask, giveBack, got } = takers(10);
    ask("a", 10);
    await got();
    giveBack("a");
    giveBack("a");
    ask("b", 10);
    ask("c", 10);
    expect(await got()).toBe("ab");
  });
});
