interface DragOptions {
  rows: readonly HTMLElement[];
  /** Index of the row that is dragged. */
  from: number;
  /** The press that began it. */
  event: PointerEvent;
  /** The place at which it would be dropped has changed. */
  onPlace: (to: number) => void;
  /** It was dropped at `to`, or not at all; `top` is where the row was seen last. */
  onEnd: (to: number | undefined, top: number | undefined) => void;
}

/** Pixels from the edge of the window at which the page begins to scroll by itself. */
const edge = 72;
const fastest = 14;

/** One row that follows a pointer, while the others make room. Touches only `style.transform` of the rows. */
export class PointerDrag {
  readonly #options: DragOptions;
  readonly #boxes: readonly { top: number; height: number }[];
  readonly #startY: number;
  /** The dragged row itself must not make the page longer: it would scroll without end. */
  readonly #lastScroll = document.documentElement.scrollHeight - window.innerHeight;
  readonly #aborter = new AbortController();
  #clientY: number;
  #to: number;
  #frame = 0;

  constructor(options: DragOptions) {
    this.#options = options;
    const { rows, event, from } = options;
    this.#boxes = rows.map((row) => {
      const { top, height } = row.getBoundingClientRect();
      return { top: top + window.scrollY, height };
    });
    this.#startY = event.clientY + window.scrollY;
    this.#clientY = event.clientY;
    this.#to = from;
    const handle = event.currentTarget as HTMLElement;
    handle.setPointerCapture(event.pointerId);
    const { signal } = this.#aborter;
    handle.addEventListener("pointermove", this.#follow, { signal });
    handle.addEventListener("pointerup", this.#drop, { signal });
    handle.addEventListener("pointercancel", () => this.#end(undefined), { signal });
    window.addEventListener(
      "keydown",
      (pressed) => {
        if (pressed.key !== "Escape") return;
        pressed.preventDefault();
        this.#end(undefined);
      },
      { signal },
    );
    for (const row of rows) row.classList.add("making-room");
    rows[from]?.classList.add("dragged");
    this.#frame = requestAnimationFrame(this.#draw);
  }

  cancel(): void {
    if (!this.#aborter.signal.aborted) this.#end(undefined);
  }

  readonly #follow = (event: PointerEvent) => {
    this.#clientY = event.clientY;
  };

  /** A quick hand, or a slow phone, draws no frame between the last move and this. */
  readonly #drop = (event: PointerEvent) => {
    this.#follow(event);
    this.#place();
    this.#end(this.#to);
  };

  readonly #draw = () => {
    const speed =
      this.#clientY < edge
        ? this.#clientY - edge
        : this.#clientY > window.innerHeight - edge
          ? this.#clientY - window.innerHeight + edge
          : 0;
    const step = Math.max(-fastest, Math.min(fastest, speed / 4, this.#lastScroll - window.scrollY));
    if (speed !== 0) window.scrollBy({ top: step, behavior: "instant" });
    this.#place();
    this.#frame = requestAnimationFrame(this.#draw);
  };

  #place(): void {
    const { rows, from, onPlace } = this.#options;
    const mine = this.#boxes[from];
    if (mine === undefined) return;
    const [first = mine, last = mine] = [this.#boxes[0], this.#boxes.at(-1)];
    const [up, down] = [first.top - mine.top, last.top + last.height - mine.top - mine.height];
    const by = Math.max(up, Math.min(down, this.#clientY + window.scrollY - this.#startY));
    const middle = mine.top + mine.height / 2 + by;
    const to = this.#boxes.filter(
      ({ top, height }, index) => index !== from && top + height / 2 + this.#roomFor(index, middle) < middle,
    ).length;
    if (to !== this.#to) onPlace(to);
    this.#to = to;
    for (const [index, row] of rows.entries()) {
      if (index === from) row.style.transform = `translateY(${by}px)`;
      else {
        const makesRoom = index > from && index <= to ? -1 : index < from && index >= to ? 1 : 0;
        row.style.transform = makesRoom === 0 ? "" : `translateY(${makesRoom * this.#pitch()}px)`;
      }
    }
  }

  /** A row gives way when the dragged one covers half of it, whichever way it comes. */
  #roomFor(index: number, middle: number): number {
    const { from } = this.#options;
    const mine = this.#boxes[from];
    const other = this.#boxes[index];
    if (mine === undefined || other === undefined) return 0;
    const half = mine.height / 2;
    return index > from && middle < other.top + other.height ? -half : index < from && middle > other.top ? half : 0;
  }

  /** Height of the dragged row with the gap below it. */
  #pitch(): number {
    const { from } = this.#options;
    const mine = this.#boxes[from];
    const next = this.#boxes[from + 1];
    const before = this.#boxes[from - 1];
    if (mine === undefined) return 0;
    if (next !== undefined) return next.top - mine.top;
    return before === undefined ? mine.height : mine.top - before.top - before.height + mine.height;
  }

  #end(to: number | undefined): void {
    const { rows, from, onEnd } = this.#options;
    this.#aborter.abort();
    cancelAnimationFrame(this.#frame);
    const top = rows[from]?.getBoundingClientRect().top;
    for (const row of rows) {
      row.classList.remove("making-room", "dragged");
      row.style.transform = "";
    }
    onEnd(to, top);
  }
}
