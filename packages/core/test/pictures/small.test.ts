import { randomBytes } from "node:crypto";
import { keysOf } from "@twobytwo/core/adding/objects";
import { smallBytes } from "@twobytwo/core/pictures/postable";
import { preparePicture } from "@twobytwo/core/pictures/prepare";
import sharp from "sharp";
import { describe, expect, it } from "vitest";

const noise = (side: number) =>
  sharp(randomBytes(side * side * 3), { raw: { width: side, height: side, channels: 3 } })
    .jpeg({ quality: 95 })
    .toBuffer();

describe("a picture for networks that take fewer bytes than X", () => {
  it("is made where X's has more, of the same pixels, under a key beside it", async () => {
    const picture = await preparePicture({ name: "noise.jpg", bytes: await noise(1500) }, { fit: "crop" });
    expect(picture.rendition.bytes.length).toBeGreaterThan(smallBytes);
    expect(picture.small?.bytes.length).toBeLessThanOrEqual(smallBytes);
    expect(picture.small).toMatchObject({ width: 1500, height: 1500, contentType: "image/jpeg" });
    const { objectKey, smallKey } = keysOf(picture, { fit: "crop" });
    expect(smallKey).toBe(objectKey.replace(".jpg", "-small.jpg"));
  });

  it("is not made where X's is small enough", async () => {
    const picture = await preparePicture({ name: "noise.jpg", bytes: await noise(300) }, { fit: "crop" });
    expect(picture.small).toBeUndefined();
    expect(keysOf(picture, { fit: "crop" })).not.toHaveProperty("smallKey");
  });
});
