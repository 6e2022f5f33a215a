import { PlainError } from "../base/plain-words.ts";

/** A photograph that this browser could open, upright. */
export interface Photo {
  /** As it came from the camera; this is what is sent. */
  file: File;
  name: string;
  /** Upright, at most `mostPixels`: browsers of phones give blank canvases beyond their limit. */
  bitmap: ImageBitmap;
  width: number;
  height: number;
  /** What is searched, and what the previews are made from. */
  copy: ImageData;
}

/** iPhones refuse canvases above 16.7 megapixels; a camera of 24 gives more. */
const mostPixels = 12_000_000;
/** Of the copy; pixels of the longer side. */
const workingSide = 1_200;

/** The browser cannot show this file; the message says why and what to do. */
class NotShown extends PlainError {
  override readonly name = "NotShown";
}

/**
 * Opens a photograph. The browser turns it upright by its EXIF, once; nothing here reads that tag.
 *
 * @throws NotShown
 */
export async function openPhoto(file: File): Promise<Photo> {
  const url = URL.createObjectURL(file);
  try {
    const image = new Image();
    image.src = url;
    await image.decode().catch((error: unknown) => {
      throw new NotShown(wordsFor(file), { cause: error });
    });
    const { naturalWidth, naturalHeight } = image;
    const scale = Math.min(1, Math.sqrt(mostPixels / (naturalWidth * naturalHeight)));
    const width = Math.round(naturalWidth * scale);
    const height = Math.round(naturalHeight * scale);
    const canvas = new OffscreenCanvas(width, height);
    const context = contextOf(canvas);
    context.drawImage(image, 0, 0, width, height);
    // A canvas beyond the device's limit stays empty without an error.
    const middle = context.getImageData(width >> 1, height >> 1, 1, 1).data[3];
    if (middle === 0)
      throw new NotShown(
        `${file.name} is too large for this device. Add it from a computer, or use a smaller picture.`,
      );
    const bitmap = canvas.transferToImageBitmap();
    return { file, name: file.name, bitmap, width, height, copy: workingCopy(bitmap) };
  } finally {
    URL.revokeObjectURL(url);
  }
}

/** Kinds of pictures that can be added, and that few browsers show. */
const kinds = [
  {
    pattern: /\bhei[cf]$/i,
    kind: "HEIC",
    more: " In the settings of an iPhone’s camera, “Most Compatible” gives JPEG.",
  },
  { pattern: /\btiff?$/i, kind: "TIFF", more: "" },
];

function wordsFor({ name, type }: File): string {
  const hidden = kinds.find(({ pattern }) => pattern.test(type) || pattern.test(name));
  return hidden === undefined
    ? `This browser cannot open ${name}: it may be damaged, or no picture. Save it as JPEG and choose that.`
    : `This browser cannot open ${name} to crop it, because it is ${hidden.kind}. Use “Add” to add it without cropping, or save it as JPEG and choose that.${hidden.more}`;
}

/** A copy that is small enough to look at quickly. */
function workingCopy(bitmap: ImageBitmap): ImageData {
  const { width, height } = bitmap;
  const scale = Math.min(1, workingSide / Math.max(width, height));
  const [across, down] = [Math.max(1, Math.round(width * scale)), Math.max(1, Math.round(height * scale))];
  const context = contextOf(new OffscreenCanvas(across, down));
  context.imageSmoothingQuality = "high";
  context.drawImage(bitmap, 0, 0, across, down);
  return context.getImageData(0, 0, across, down);
}

function contextOf(canvas: OffscreenCanvas): OffscreenCanvasRenderingContext2D {
  // sRGB, whatever the screen has: the server's crop is in sRGB as well.
  const context = canvas.getContext("2d", { colorSpace: "srgb", willReadFrequently: true });
  if (context === null) throw new NotShown("This browser does not support the canvas that scanning needs.");
  return context;
}
