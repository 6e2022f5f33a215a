/** Something that will happen at a moment of the world's time. */
export interface Planned {
  /** Milliseconds since the epoch, of the world. */
  at: number;
  order: number;
  what: string;
  /** Who waits for it; a process that waits for nothing is at work. */
  owner: Owner | undefined;
  run: () => void;
  isOver: boolean;
}

/** A process: a Lambda's container, or a person's command. */
export interface Owner {
  name: string;
  /** Events that it waits for. */
  waiting: number;
  /** At work, as long as this says so and it waits for nothing. */
  isBusy: () => boolean;
}

/** Turns of Node's own loop without a sign of life after which everything is taken to be parked. */
const quietTurns = 2;
/** Seconds of them: the first who needs a module waits until a busy machine has loaded it. */
const mostTurns = 1_000_000;

/**
 * The world's time and the one order of all that happens in it. Between two events every process runs until it waits
 * for an answer, a timer or nothing more, so that what comes first is drawn from the seed and never a matter of luck.
 */
export class Loop {
  now: number;
  /** Grows with every sign of life that is no event: bytes of a connection, for example. */
  activity = 0;
  #planned: Planned[] = [];
  #order = 0;
  readonly #owners = new Set<Owner>();

  constructor(start: number) {
    this.now = start;
  }

  add(owner: Owner): void {
    this.#owners.add(owner);
  }

  remove(owner: Owner): void {
    this.#owners.delete(owner);
  }

  /** Plans an event; one of the past happens next. */
  in(ms: number, what: string, run: () => void, owner?: Owner): Planned {
    const planned = { at: this.now + Math.max(0, Math.round(ms)), order: this.#order, what, owner, run, isOver: false };
    this.#order += 1;
    this.activity += 1;
    if (owner !== undefined) owner.waiting += 1;
    this.#push(planned);
    return planned;
  }

  /** Takes an event back that has not happened. */
  cancel(planned: Planned): void {
    if (planned.isOver) return;
    planned.isOver = true;
    this.activity += 1;
    if (planned.owner !== undefined) planned.owner.waiting -= 1;
  }

  /**
   * Lets time pass until a moment, with all that happens before it.
   *
   * @throws Error where a process neither waits nor ends, which a seed could not repeat.
   */
  async runUntil(end: number): Promise<void> {
    await this.#park();
    for (;;) {
      const next = this.#peek();
      if (next === undefined || next.at > end) break;
      this.#pop();
      if (next.isOver) continue;
      next.isOver = true;
      if (next.owner !== undefined) next.owner.waiting -= 1;
      this.now = Math.max(this.now, next.at);
      next.run();
      await this.#park();
    }
    this.now = Math.max(this.now, end);
  }

  async #park(): Promise<void> {
    let quiet = 0;
    for (let turn = 0; quiet < quietTurns || this.#working() !== undefined; turn += 1) {
      const before = this.activity;
      await new Promise(setImmediate);
      quiet = this.activity === before ? quiet + 1 : 0;
      if (turn > mostTurns) throw new Error(`${this.#working()?.name} neither waits for anything nor ends.`);
    }
  }

  #working(): Owner | undefined {
    for (const owner of this.#owners) if (owner.waiting === 0 && owner.isBusy()) return owner;
    return undefined;
  }

  // A binary heap by time, and by order of planning among equals.
  #peek(): Planned | undefined {
    return this.#planned[0];
  }

  #push(planned: Planned): void {
    const heap = this.#planned;
    heap.push(planned);
    for (let at = heap.length - 1; at > 0; ) {
      const parent = (at - 1) >> 1;
      if (!isEarlier(heap[at]!, heap[parent]!)) break;
      [heap[at], heap[parent]] = [heap[parent]!, heap[at]!];
      at = parent;
    }
  }

  #pop(): void {
    const heap = this.#planned;
    const last = heap.pop();
    if (heap.length === 0 || last === undefined) return;
    heap[0] = last;
    for (let at = 0; ; ) {
      const [left, right] = [2 * at + 1, 2 * at + 2];
      let least = at;
      if (left < heap.length && isEarlier(heap[left]!, heap[least]!)) least = left;
      if (right < heap.length && isEarlier(heap[right]!, heap[least]!)) least = right;
      if (least === at) return;
      [heap[at], heap[least]] = [heap[least]!, heap[at]!];
      at = least;
    }
  }
}

const isEarlier = (one: Planned, other: Planned) =>
  one.at < other.at || (one.at === other.at && one.order < other.order);
