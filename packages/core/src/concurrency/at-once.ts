/**
 * Does one work for each of a sequence, up to `most` at once.
 *
 * @throws the first failure, once what was begun has ended; nothing is begun after it.
 */
export async function atOnce<T>(
  sources: AsyncIterable<T>,
  most: number,
  work: (source: T) => Promise<void>,
): Promise<void> {
  const running = new Set<Promise<void>>();
  const failures: unknown[] = [];
  try {
    for await (const source of sources) {
      const one: Promise<void> = work(source)
        .catch((error: unknown) => {
          failures.push(error);
        })
        .finally(() => running.delete(one));
      running.add(one);
      if (running.size >= most) await Promise.race(running);
      if (failures.length > 0) break;
    }
  } catch (error) {
    failures.push(error);
  }
  await Promise.all(running);
  for (const failure of failures) throw failure;
}
