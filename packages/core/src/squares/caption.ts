import { isFileNameTitle } from "./file-name-title.ts";
import type { Square } from "./square.ts";

/**
 * The words of the post: the caption, or the title where no caption was written. Empty, where the title is only what a camera called
 * the file: then the picture is posted without text.
 */
export function captionOf({ caption, title }: Pick<Square, "caption" | "title">): string {
  return caption ?? (isFileNameTitle(title) ? "" : title);
}
