import { TaskError } from "@twobytwo/core/errors";
import { preparePicture } from "@twobytwo/core/pictures/prepare";
import sharp from "sharp";

/** What comes of a file: the pixels of its square, or a refusal. */
export type Outcome =
  | { width: number; height: number; pixels: Buffer; isStrict: boolean }
  | { refusal: string }
  | { crash: string };

/** Whether a decoder that gives up at its first doubt about pixels has none. There is only one for HEIC. */
async function isStrictlyRead(name: string, bytes: Buffer): Promise<boolean> {
  if (name.endsWith(".heic")) return true;
  // libtiff warns of fields; what is wrong with pixels is an error.
  const failOn = name.endsWith(".tif") ? "error" : "warning";
  return sharp(bytes, { failOn })
    .stats()
    .then(
      () => true,
      () => false,
    );
}

async function outcomeOf(name: string, bytes: Buffer): Promise<Outcome> {
  try {
    const { rendition } = await preparePicture({ name, bytes }, { fit: "as-is" });
    const pixels = await sharp(rendition.bytes).removeAlpha().toColourspace("srgb").raw().toBuffer();
    return { width: rendition.width, height: rendition.height, pixels, isStrict: await isStrictlyRead(name, bytes) };
  } catch (error) {
    if (error instanceof TaskError && error.name === "MediaInvalid") return { refusal: error.message };
    return { crash: error instanceof Error ? (error.stack ?? error.message) : String(error) };
  }
}

process.on("message", async ({ name, bytes }: { name: string; bytes: Uint8Array }) => {
  const outcome = await outcomeOf(name, Buffer.from(bytes));
  process.send?.({ outcome, peak: process.resourceUsage().maxRSS * 1024 });
});
