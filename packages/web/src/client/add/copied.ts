import { PlainError } from "../base/plain-words.ts";

/** The file on the disk is no longer the one that was chosen; choosing it again helps, trying again does not. */
export class FileChanged extends PlainError {
  override readonly name = "FileChanged";

  constructor(name: string, cause: unknown) {
    super(`${name} was changed, moved or removed after you chose it. Choose it again.`, { cause });
  }
}

/**
 * The bytes of a chosen file, apart from the disk: a browser reports a file that changes while it is sent as it reports
 * a network that is down.
 *
 * @throws FileChanged
 */
export async function copied(file: File): Promise<Blob> {
  try {
    return new Blob([await file.arrayBuffer()], { type: file.type });
  } catch (error) {
    throw new FileChanged(file.name, error);
  }
}
