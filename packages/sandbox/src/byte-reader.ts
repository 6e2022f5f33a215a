/** The stream that is taken apart ended, or went on, where it must not. */
export class MalformedStream extends Error {
  override readonly name = "MalformedStream";
}

/** Takes a stream apart without holding more of it than one piece and one mark. */
export interface ByteReader {
  /** The next `count` bytes, piece by piece. */
  exactly(count: number): AsyncGenerator<Buffer>;
  /** What stands before the next `mark`, piece by piece; the mark itself is dropped. */
  until(mark: Buffer): AsyncGenerator<Buffer>;
}

/** Reads `source`; both readings throw MalformedStream when it ends too early. `ahead` is read before the source. */
export function byteReader(source: AsyncIterable<Buffer>, ahead: Buffer = Buffer.alloc(0)): ByteReader {
  const pieces = source[Symbol.asyncIterator]();
  let held = ahead;

  async function more(): Promise<Buffer> {
    const next = await pieces.next();
    if (next.done) throw new MalformedStream("The request body ended before it was complete");
    return next.value;
  }

  return {
    async *exactly(count) {
      let left = count;
      while (left > 0) {
        if (held.length === 0) held = await more();
        const piece = held.subarray(0, left);
        held = held.subarray(piece.length);
        left -= piece.length;
        yield piece;
      }
    },
    async *until(mark) {
      for (;;) {
        const at = held.indexOf(mark);
        const end = at < 0 ? held.length - mark.length + 1 : at;
        if (end > 0) {
          const piece = held.subarray(0, end);
          held = held.subarray(end);
          yield piece;
        }
        if (at >= 0) {
          held = held.subarray(mark.length);
          return;
        }
        held = Buffer.concat([held, await more()]);
      }
    },
  };
}

/** All of a short stream at once. @throws MalformedStream beyond `most` bytes */
export async function collect(source: AsyncIterable<Buffer>, most = Number.POSITIVE_INFINITY): Promise<Buffer> {
  const pieces: Buffer[] = [];
  let size = 0;
  for await (const piece of source) {
    size += piece.length;
    if (size > most) throw new MalformedStream(`More than ${most} bytes came where a mark should be`);
    pieces.push(piece);
  }
  return Buffer.concat(pieces);
}
