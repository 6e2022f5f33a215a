// In the place of core's file of this name: pictures of the simulation are a few bytes, and each is its own. What is
// before the first line break is what they show, and the rest is their encoding.
import { createHash } from "node:crypto";

export const sha256Of = (bytes: Uint8Array) => createHash("sha256").update(bytes).digest("hex");

export const contentOf = (sha256: string, corners: unknown) =>
  corners === undefined ? sha256 : sha256Of(Buffer.from(JSON.stringify([sha256, corners])));

const jpeg = (text: string) => Buffer.concat([Buffer.from([0xff, 0xd8, 0xff, 0xe0]), Buffer.from(text)]);

export async function preparePicture(
  source: { bytes: Buffer; sha256?: string },
  options: { corners?: unknown },
): Promise<object> {
  const sha256 = source.sha256 ?? sha256Of(source.bytes);
  const shows = source.bytes.toString("latin1").split("\n")[0] ?? "";
  const corners = options.corners === undefined ? "" : JSON.stringify(options.corners);
  return {
    sha256: contentOf(sha256, options.corners),
    original: { kind: "jpeg", bytes: source.bytes, contentType: "image/jpeg", extension: "jpg", sha256 },
    ...(options.corners !== undefined && { corners: options.corners }),
    rendition: {
      bytes: jpeg(`${shows} ${corners}`),
      contentType: "image/jpeg",
      extension: "jpg",
      width: 64,
      height: 64,
    },
    thumbnail: { bytes: Buffer.from(`thumbnail of ${shows}`), contentType: "image/webp" },
    phash: sha256Of(Buffer.from(shows)).slice(0, 16),
    warnings: [],
  };
}
