import { TaskError } from "../errors.ts";
import { BeyondDecoder } from "./heic.ts";
import { originals, type PictureKind } from "./kind.ts";

/** A file as it is named in an error. */
export interface Named {
  name: string;
  kind: PictureKind;
}

export const invalid = (message: string, cause?: unknown) =>
  new TaskError("mediaInvalid", message, cause === undefined ? undefined : { cause });

export const damaged = ({ name, kind }: Named, cause?: unknown) =>
  invalid(`${name} is a damaged ${originals[kind].label}, or is incomplete: copy or export it again.`, cause);

const beyond = ({ name, kind }: Named, cause: unknown) =>
  invalid(
    `${name} is a ${originals[kind].label} of a kind that cannot be read here (it may not be damaged): export it as a JPEG, and add that.`,
    cause,
  );

/** How the decoders behind sharp say that a file may be whole, but is more than they do. */
const limits = [
  /unsupported(?! image format| marker)/i,
  /not supported/i,
  /not implemented/i,
  /not configured/i,
  /security limit/i,
  /exceeds? (?:the )?(?:\w+ )*limit/i,
  /maximum supported/i,
  /cannot handle/i,
  /omitted at compile time/i,
];

/**
 * Says in our own words what a decoder has against a file: the cause keeps its words.
 *
 * @throws MediaInvalid where the file is at fault, or beyond the decoder
 */
export async function inPlainWords<T>(file: Named, read: () => Promise<T>): Promise<T> {
  try {
    return await read();
  } catch (error) {
    if (error instanceof BeyondDecoder) throw beyond(file, error);
    // What a file is to blame for, sharp and the HEIC decoder throw as plain errors; the rest is ours.
    if (!(error instanceof Error) || error.name !== "Error" || "code" in error) throw error;
    throw limits.some((limit) => limit.test(error.message)) ? beyond(file, error) : damaged(file, error);
  }
}
