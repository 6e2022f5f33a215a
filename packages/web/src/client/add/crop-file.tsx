import type { Corners } from "../../contract.ts";
import { toastFailed } from "../base/messages.tsx";
import CropDialog from "../crop/crop-dialog.tsx";
import type { Photo } from "../crop/photo.ts";
import { cornersOf, type Quad } from "../crop/quad.ts";
import { straighten } from "../crop/scanner.ts";

export interface CropFileProps {
  file: File;
  corners: Corners | undefined;
  /** `preview` is a small picture of the square. */
  onCrop: (corners: Corners, preview: Blob) => void;
  onClose: () => void;
}

const previewSide = 440;

/** Crops a picture that is not added yet. Its file stays as it is; the corners are sent with it. */
export default function CropFile({ file, corners, onCrop, onClose }: CropFileProps) {
  async function crop(quad: Quad, { copy }: Photo): Promise<void> {
    try {
      const image = await straighten(copy, { corners: cornersOf(quad, copy), side: previewSide });
      const canvas = new OffscreenCanvas(previewSide, previewSide);
      canvas.getContext("2d")?.putImageData(image, 0, 0);
      onCrop(quad, await canvas.convertToBlob({ type: "image/jpeg", quality: 0.9 }));
      onClose();
    } catch (error) {
      toastFailed("The picture could not be cropped.", error);
    }
  }
  return <CropDialog title="Crop" load={async () => file} quad={corners} onCrop={crop} onClose={onClose} />;
}
