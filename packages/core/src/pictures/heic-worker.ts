import { parentPort, workerData } from "node:worker_threads";
import type { HeicAnswer } from "./heic.ts";

// The decoder is CommonJS and asks where it lies; in a bundle that is an ES module it has to be told.
Object.assign(globalThis, { __dirname: import.meta.dirname, __filename: import.meta.filename });
const { default: decode } = await import("heic-decode");

/** Decodes the one picture it was started with: a second of work that would hold up everything else. */
async function answer(): Promise<HeicAnswer> {
  try {
    const { width, height, data } = await decode({ buffer: workerData as Uint8Array });
    return { width, height, rgba: new Uint8Array(data.buffer) };
  } catch (error) {
    return { failure: error instanceof Error ? error.message : String(error) };
  }
}

const decoded = await answer();
parentPort?.postMessage(decoded, "rgba" in decoded ? [decoded.rgba.buffer] : []);
