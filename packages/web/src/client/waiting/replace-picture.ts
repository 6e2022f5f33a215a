import type { SquareCard, Upload } from "../../contract.ts";
import { uploadSquare } from "../add/upload.ts";
import { addAnyway } from "../add/upload-outcome.ts";
import { api } from "../base/api.ts";

/**
 * Posts another picture in the place of a held one: the new square takes over the words and is next, and the old one is withdrawn.
 * The new one is a draft until then, so that whatever is cut off in between, never both are in the queue.
 *
 * @throws Error if the picture was not added; the old square is as before.
 */
export async function replacePicture(old: SquareCard, file: File): Promise<void> {
  const { title, caption, altText = "", series = "" } = old;
  const added = addedBy(
    await settled(
      old,
      await uploadSquare({ file, name: file.name, words: { title, caption, altText, series }, status: "draft" }),
    ),
  );
  await api.withdraw(old.id);
  await api.requeue(added.id, { top: true });
}

/** A better photograph of the same painting looks like the one that it replaces. */
const settled = async (old: SquareCard, upload: Upload): Promise<Upload> =>
  upload.state === "similar" && upload.equals.id === old.id ? addAnyway(upload.id) : upload;

function addedBy(upload: Upload): SquareCard {
  switch (upload.state) {
    case "added":
      return upload.square;
    case "refused":
      throw new Error(upload.reason);
    case "duplicate":
      throw new Error("This picture is already here.");
    default:
      throw new Error("It looks like another square. Decide about that first.");
  }
}
