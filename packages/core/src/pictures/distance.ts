/** What two pictures may differ in and still count as look-alikes; measured in docs/decisions/pictures.md. */
export const likeWithin = { bits: 6, colour: 40 } as const;

/** Bits set in every number of 0 to 65535. */
const ones = new Uint8Array(0x10000);
// By arithmetic: counting them in text took every process that starts a tenth of a second.
for (let number = 1; number < ones.length; number += 1) ones[number] = (number & 1) + (ones[number >> 1] ?? 0);

/** How many of the 64 bits of structure differ: 0 the same structure, about 28 nothing in common. */
export function hammingDistance(one: string, other: string): number {
  let distance = 0;
  for (let at = 0; at < 16; at += 4)
    distance += ones[Number.parseInt(one.slice(at, at + 4), 16) ^ Number.parseInt(other.slice(at, at + 4), 16)] ?? 16;
  return distance;
}

/** The largest difference of a mean colour in one of the quarters, 0 to 255; 0 where one of them has none. */
export function colourDistance(one: string, other: string): number {
  const colours = Buffer.from(one.slice(17), "hex");
  const otherColours = Buffer.from(other.slice(17), "hex");
  return colours.reduce((most, value, at) => Math.max(most, Math.abs(value - (otherColours[at] ?? value))), 0);
}

/** Whether two pictures, by their `likenessOf`, are to be shown to a person as look-alikes. */
export function looksLike(one: string, other: string): boolean {
  return hammingDistance(one, other) <= likeWithin.bits && colourDistance(one, other) <= likeWithin.colour;
}
