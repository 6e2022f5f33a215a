import { parentPort, workerData } from "node:worker_threads";
import type { HeicAnswer } from "./heic.ts";

// The decoder is CommonJS and asks where it lies; in a bundle that is an ES module it has to be told.
Object.assign(globalThis, { __dirname: import.meta.dirname, __filename: import.meta.filename });
const { default: heif } = await import("libheif-js/wasm-bundle.js");

/** Offsets in 32-bit words of `heif_security_limits`, heif_security.h. */
const [maxItems, maxExtentsPerItem, maxEntitiesPerGroup, maxChildrenPerBox] = [7, 13, 14, 15];
/** Instead of 1000, 32, 64 and 100: phones write a picture of a hundred tiles with a property for each. `isobmff.ts` keeps to it. */
const lifted = 100_000;
/** Of `heif_error_code`, heif_error.h. */
const isLimit = (code: number) => code === 3 || code === 4 || code === 6;
/** Of `heif_colorspace`, `heif_chroma` and `heif_channel`. */
const [rgb, interleavedRgba, interleaved] = [1, 11, 10];

class Refused extends Error {
  readonly code: number;
  constructor(code: number, message: string) {
    super(message);
    this.code = code;
  }
}

/** The picture that the file names as its primary one, turned as its container says. */
function decode(bytes: Uint8Array): HeicAnswer {
  // An answer of the C library is written to memory of the caller: code, subcode, and the address of a text.
  const result = heif._malloc(12);
  const out = heif._malloc(4);
  const stride = heif._malloc(4);
  const word = (address: number) => heif.HEAPU32[address / 4] as number;
  const requireOk = () => {
    if (word(result) !== 0) throw new Refused(word(result), textAt(word(result + 8)));
  };
  const context = heif._heif_context_alloc();
  const limits = heif._heif_context_get_security_limits(context) / 4;
  for (const limit of [maxItems, maxExtentsPerItem, maxEntitiesPerGroup, maxChildrenPerBox])
    heif.HEAPU32[limits + limit] = lifted;
  const file = heif._malloc(bytes.length);
  if (file === 0) throw new Refused(6, "no memory for the file");
  heif.HEAPU8.set(bytes, file);
  heif._heif_context_read_from_memory_without_copy(result, context, file, bytes.length, 0);
  requireOk();
  heif._heif_context_get_primary_image_handle(result, context, out);
  requireOk();
  heif._heif_decode_image(result, word(out), out, rgb, interleavedRgba, 0);
  requireOk();
  const image = word(out);
  const width = heif._heif_image_get_width(image, interleaved);
  const height = heif._heif_image_get_height(image, interleaved);
  const plane = heif._heif_image_get_plane_readonly(image, interleaved, stride);
  const row = width * 4;
  const rgba = new Uint8Array(row * height);
  for (let y = 0, from = plane; y < height; y += 1, from += word(stride))
    rgba.set(heif.HEAPU8.subarray(from, from + row), y * row);
  return { width, height, rgba };
}

function textAt(address: number): string {
  const end = heif.HEAPU8.indexOf(0, address);
  return Buffer.from(heif.HEAPU8.subarray(address, end)).toString("utf8");
}

/** Decodes the one picture it was started with: a second of work that would hold up everything else. */
function answer(): HeicAnswer {
  try {
    return decode(workerData as Uint8Array);
  } catch (error) {
    const failure = error instanceof Error ? error.message : String(error);
    return { failure, isLimit: error instanceof Refused && isLimit(error.code) };
  }
}

const decoded = answer();
// The instance and its memory end with the thread.
parentPort?.postMessage(decoded, "rgba" in decoded ? [decoded.rgba.buffer] : []);
