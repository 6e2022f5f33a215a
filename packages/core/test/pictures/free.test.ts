import { free } from "@twobytwo/core/pictures/free";
import { preparePicture } from "@twobytwo/core/pictures/prepare";
import { describe, expect, it } from "vitest";
import { plain } from "./pictures.ts";

const external = () => process.memoryUsage().external;

describe("memory that is given back", () => {
  it("is there at once, and the bytes are empty", () => {
    const before = external();
    const bytes = Buffer.alloc(50_000_000);
    free(bytes);
    expect(bytes).toHaveLength(0);
    expect(external() - before).toBeLessThan(10_000_000);
    expect(() => free(bytes)).not.toThrow();
  });

  it("is not what others have a part of", () => {
    const whole = new Uint8Array([1, 2, 3, 4]);
    const part = Buffer.from(whole.buffer, 1, 2);
    free(part);
    expect([...whole]).toEqual([1, 2, 3, 4]);
  });

  it("is all that the pixels of a picture took", async () => {
    const bytes = await plain("#345", 2048, 2048).jpeg().toBuffer();
    // The first one loads what all need.
    await preparePicture({ name: "first.jpg", bytes }, { fit: "crop", side: 2000 });
    const before = external();
    for (const name of ["a.jpg", "b.jpg", "c.jpg"]) await preparePicture({ name, bytes }, { fit: "crop", side: 2000 });
    // Of one of them alone they are 12 MB.
    expect(external() - before).toBeLessThan(6_000_000);
  });
});
