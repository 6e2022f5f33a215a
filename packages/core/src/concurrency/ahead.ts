/** Something that was begun early and must be let go of, used or not. */
export interface Begun {
  release(): void;
}

/**
 * Begins up to `most` of a sequence before they are asked for, and gives them in the order of the sequence. What
 * was begun and is no longer wanted is released, one after the other.
 *
 * @param begin must not reject.
 * @throws what the sequence throws, after what came before it was given.
 */
export async function* ahead<Source, Result extends Begun>(
  sources: AsyncIterable<Source>,
  most: number,
  begin: (source: Source) => Promise<Result>,
): AsyncGenerator<Result> {
  const begun: Promise<Result>[] = [];
  let failure: { error: unknown } | undefined;
  try {
    try {
      for await (const source of sources) {
        begun.push(begin(source));
        const first = begun.length < most ? undefined : begun.shift();
        if (first !== undefined) yield await first;
      }
    } catch (error) {
      failure = { error };
    }
    for (let first = begun.shift(); first !== undefined; first = begun.shift()) yield await first;
    if (failure !== undefined) throw failure.error;
  } finally {
    for (const unwanted of begun) (await unwanted).release();
  }
}
