import type { Intercept } from "@twobytwo/sandbox/emulator";

/**
 * Runs several callers at once over emulators and decides, call by call, whose takes effect next. Nothing is
 * released before the call before was answered and every caller that is not done waits with one, so that
 * `turns` alone fixes the order: so many calls of this caller, then so many of that one. Once they are over, or
 * where the caller is done, it is the turn of whoever waits longest.
 */
export function createInterleaving(turns: readonly (readonly [caller: string, calls: number])[]) {
  const waiting: { caller: string; release: () => void }[] = [];
  const working = new Set<string>();
  const order: string[] = [];
  let isUnderWay = false;
  const inTurn = turns.flatMap(([caller, calls]) => Array<string>(calls).fill(caller));

  function next(): void {
    const isMissing = (name: string) => !waiting.some(({ caller }) => caller === name);
    if (isUnderWay || waiting.length === 0 || [...working].some(isMissing)) return;
    const wanted = inTurn.shift();
    const index = waiting.findIndex(({ caller }) => caller === wanted);
    const [chosen] = waiting.splice(Math.max(index, 0), 1);
    isUnderWay = true;
    chosen?.release();
  }

  const intercept: Intercept = ({ accessKeyId = "", operation }) => {
    if (!working.has(accessKeyId)) return undefined;
    return new Promise((resolve) => {
      const release = () => {
        order.push(`${accessKeyId} ${operation}`);
        resolve(undefined);
      };
      waiting.push({ caller: accessKeyId, release });
      next();
    });
  };

  return {
    intercept,
    /** To be told whenever a call of one of the callers was answered. */
    answered(): void {
      isUnderWay = false;
      next();
    },
    /** What took effect, in order; for the report of a test that failed. */
    order,
    async run(callers: Record<string, () => Promise<unknown>>): Promise<void> {
      for (const name of Object.keys(callers)) working.add(name);
      const all = Object.entries(callers).map(([name, call]) =>
        call().finally(() => {
          working.delete(name);
          next();
        }),
      );
      const failed = (await Promise.allSettled(all)).find((one) => one.status === "rejected");
      if (failed) throw failed.reason;
    },
  };
}
