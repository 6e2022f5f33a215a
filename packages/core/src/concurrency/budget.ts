export interface Budget {
  /** Waits its turn, in the order of the calls, until `weight` is free; heavier than all, it has all. */
  take(weight: number): Promise<() => void>;
}

/** A limited good, for example bytes of memory: each taker gives it back by the function it was handed. */
export function createBudget(limit: number): Budget {
  let free = limit;
  const waiting: { weight: number; start: () => void }[] = [];
  const serve = () => {
    for (let next = waiting[0]; next !== undefined && next.weight <= free; next = waiting[0]) {
      waiting.shift();
      free -= next.weight;
      next.start();
    }
  };
  return {
    take(wanted) {
      const weight = Math.min(wanted, limit);
      let isHeld = true;
      const giveBack = () => {
        if (!isHeld) return;
        isHeld = false;
        free += weight;
        serve();
      };
      return new Promise((resolve) => {
        waiting.push({ weight, start: () => resolve(giveBack) });
        serve();
      });
    },
  };
}
