import { Worker } from "node:worker_threads";

export interface Pixels {
  width: number;
  height: number;
  rgba: Uint8Array<ArrayBuffer>;
}

/** What the worker sends, once. */
export type HeicAnswer = Pixels | { failure: string; isLimit: boolean };

/** The decoder says no to a file that may be whole: a codec it does not know, more parts than it takes. */
export class BeyondDecoder extends Error {
  override readonly name = "BeyondDecoder";
}

/**
 * The worker beside this file. A bundle has it beside the bundle: whoever bundles this module gives esbuild
 * `pictures/heic-worker.ts` as a second entry point, named `heic-worker.mjs`.
 */
const workerFile = () =>
  new URL(import.meta.url.endsWith(".ts") ? "./heic-worker.ts" : "./heic-worker.mjs", import.meta.url);

/**
 * Decodes the primary picture of a HEIC, turned as its container says, to 8-bit RGBA in its own colours. Each picture has
 * a thread of its own, because the decoder keeps the memory of the largest picture it has seen.
 *
 * @throws a plain Error where the file is at fault, BeyondDecoder where the decoder does not take such a file,
 * HeicDecoderFailed where the decoder itself is broken.
 */
export function decodeHeic(bytes: Uint8Array): Promise<Pixels> {
  return new Promise((resolve, reject) => {
    const copy = Uint8Array.from(bytes);
    const worker = new Worker(workerFile(), { workerData: copy, transferList: [copy.buffer] });
    worker.once("message", (answer: HeicAnswer) => ("failure" in answer ? reject(refusalOf(answer)) : resolve(answer)));
    worker.once("error", (cause) => reject(broken(cause)));
    worker.once("exit", () => reject(broken()));
  });
}

const refusalOf = ({ failure, isLimit }: { failure: string; isLimit: boolean }) =>
  isLimit ? new BeyondDecoder(failure) : new Error(failure);

/** For example the worker's file is missing beside a bundle, or the memory did not suffice. */
function broken(cause?: unknown): Error {
  const detail = cause instanceof Error ? cause.message : "it ended without an answer";
  return Object.assign(new Error(`The HEIC decoder does not work (${detail}).`, { cause }), {
    name: "HeicDecoderFailed",
  });
}
