import { atOnce } from "@twobytwo/core/concurrency/at-once";
import { describe, expect, it } from "vitest";

/** Works that end when they are told to, in the order in which they were begun. */
function works() {
  const begun: { name: string; end: () => void; fail: (error: Error) => void }[] = [];
  const work = (name: string) =>
    new Promise<void>((resolve, reject) => void begun.push({ name, end: resolve, fail: reject }));
  return { begun, work, names: () => begun.map(({ name }) => name).join("") };
}

async function* sources(names: string, then?: Error) {
  yield* names;
  if (then) throw then;
}

/** Until nothing is left that goes on by itself. */
const settled = () => new Promise((resolve) => setImmediate(resolve));

describe("atOnce", () => {
  it("begins no more than so many, and the next when one has ended", async () => {
    const { begun, work, names } = works();
    const all = atOnce(sources("abcd"), 2, work);
    await settled();
    expect(names()).toBe("ab");
    begun[1]?.end();
    await settled();
    expect(names()).toBe("abc");
    for (const one of begun) one.end();
    await settled();
    expect(names()).toBe("abcd");
    begun[3]?.end();
    await all;
  });

  it("is over when the last has ended", async () => {
    const { begun, work } = works();
    let isOver = false;
    const all = atOnce(sources("ab"), 5, work).then(() => {
      isOver = true;
    });
    await settled();
    begun[0]?.end();
    await settled();
    expect(isOver).toBe(false);
    begun[1]?.end();
    await all;
    expect(isOver).toBe(true);
  });

  it("begins nothing after a failure, lets the others end, and throws the first", async () => {
    const { begun, work, names } = works();
    const all = atOnce(sources("abcd"), 2, work);
    const outcome = all.catch((error: Error) => error.message);
    await settled();
    begun[1]?.fail(new Error("b failed"));
    await settled();
    expect(names()).toBe("ab");
    begun[0]?.fail(new Error("a failed later"));
    expect(await outcome).toBe("b failed");
  });

  it("lets what was begun end where the sequence itself breaks", async () => {
    const { begun, work } = works();
    let isOver = false;
    const outcome = atOnce(sources("a", new Error("the list broke")), 2, work)
      .catch((error: Error) => error.message)
      .finally(() => {
        isOver = true;
      });
    await settled();
    expect(isOver).toBe(false);
    begun[0]?.end();
    expect(await outcome).toBe("the list broke");
  });
});
