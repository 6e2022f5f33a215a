import type { Metadata } from "sharp";
import { shownPictures } from "./heif.ts";
import type { Heif } from "./isobmff.ts";
import { hasAllScans } from "./jpeg-walk.ts";
import type { PictureKind } from "./kind.ts";
import type { PngFacts } from "./png.ts";
import { tiffPages } from "./tiff-pages.ts";

/** Which picture of a file is its picture: what the file names, and not what comes first. */
export interface Shown {
  /** For sharp, where a file has several. */
  page?: number;
  /** Frames of an animation; 1 for a still picture. */
  frames: number;
  /** Parts of it are missing that no decoder misses; what else is missing, each of them refuses. */
  isCut: boolean;
  /** What a person is told of the others when it is added. */
  warning?: string;
}

const still: Shown = { frames: 1, isCut: false };

export function shownOf(input: {
  kind: PictureKind;
  bytes: Buffer;
  metadata: Pick<Metadata, "pages">;
  heif?: Heif;
  png?: PngFacts;
}): Shown {
  const { kind, bytes, metadata, heif, png } = input;
  if (heif !== undefined) return ofHeif(heif);
  if (kind === "gif" || kind === "webp") return { frames: metadata.pages ?? 1, isCut: false };
  if (png !== undefined) return { frames: png.frames, isCut: false };
  if (kind === "jpeg") return { frames: 1, isCut: !hasAllScans(bytes) };
  return kind === "tiff" ? ofTiff(bytes) : still;
}

/** Both decoders of these take the primary picture by themselves. */
function ofHeif(heif: Heif): Shown {
  const shown = shownPictures(heif);
  return {
    frames: heif.frames,
    isCut: false,
    ...(shown.length > 1 && {
      warning: `holds ${shown.length} pictures, and only its main one is taken: to add the others as well, export each to a file of its own`,
    }),
  };
}

function ofTiff(bytes: Buffer): Shown {
  const pages = tiffPages(bytes);
  if (pages === undefined) return still;
  return {
    frames: 1,
    isCut: !pages.hasWholeProfile,
    ...(pages.first > 0 && { page: pages.first }),
    ...(pages.count > 1 && {
      warning: `has ${pages.count} pages, and only the first is taken: to add the others as well, save each to a file of its own`,
    }),
  };
}
