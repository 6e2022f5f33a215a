/** What goes back to the caller, before any fault has its way with it. */
export interface Answer {
  status: number;
  contentType: string;
  body: string | Buffer;
  headers?: Record<string, string>;
}

/** Thrown by a check that ends a call; the answer is what the caller gets. */
export class Refused extends Error {
  override readonly name = "Refused";
  readonly answer: Answer;

  constructor(answer: Answer) {
    super(`refused with ${answer.status}`);
    this.answer = answer;
  }
}

/** JSON with the keys of every object in alphabetical order, as X's new stack sends it. */
export function sortedJson(value: unknown): string {
  return JSON.stringify(value, (_key, inner: unknown) =>
    inner !== null && typeof inner === "object" && !Array.isArray(inner)
      ? Object.fromEntries(Object.entries(inner).sort(([a], [b]) => (a < b ? -1 : 1)))
      : inner,
  );
}

export function json(status: number, value: unknown): Answer {
  return { status, contentType: "application/json; charset=utf-8", body: sortedJson(value) };
}
