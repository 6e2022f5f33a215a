/** In the words of a square that X does not take. */
export const disliked = "$AAA $BBB";

/** A photograph as a person adds it; another encoding of it shows the same and has other bytes. */
export const photograph = (number: number, encoding = 1) => Buffer.from(`painting ${number}\nencoding ${encoding}`);

export const rendition = (number: number) =>
  Buffer.concat([Buffer.from([0xff, 0xd8, 0xff, 0xe0]), Buffer.from(`painting ${number} `)]);

/** What a picture shows, out of the bytes that X was given. */
export const showsOf = (bytes: Uint8Array) =>
  /painting \d+/.exec(Buffer.from(bytes).toString("latin1"))?.[0] ?? "nothing";
