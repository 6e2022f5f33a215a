import type { SquareDetail } from "../../contract.ts";
import { api } from "../base/api.ts";
import { toastDone, toastFailed } from "../base/messages.tsx";
import { squaresChanged } from "../base/overview.ts";
import { ApiError } from "../base/request.ts";
import CropDialog from "../crop/crop-dialog.tsx";
import type { Quad } from "../crop/quad.ts";

export interface CropAgainProps {
  square: SquareDetail;
  onCropped: (square: SquareDetail) => void;
  onClose: () => void;
}

/** Crops a square again. The picture for X is made again from the original. */
export default function CropAgain({ square, onCropped, onClose }: CropAgainProps) {
  async function crop(quad: Quad): Promise<void> {
    try {
      onCropped(await api.crop(square.id, { corners: quad, version: square.version }));
      toastDone("Cropped again from the original.");
      squaresChanged();
      onClose();
    } catch (error) {
      if (error instanceof ApiError && error.problem.current) onCropped(error.problem.current);
      toastFailed("The square could not be cropped.", error);
    }
  }
  return (
    <CropDialog
      title="Crop again"
      load={() => fetchOriginal(square.id)}
      quad={square.corners}
      onCrop={crop}
      onClose={onClose}
    />
  );
}

/** Asks for a fresh address: one is valid for minutes, and the square may have been open for longer. */
async function fetchOriginal(id: string): Promise<File> {
  const { originalUrl = "", title } = await api.square(id);
  const response = await fetch(originalUrl);
  if (!response.ok) throw new Error("The original could not be loaded. Reload the page and try again.");
  const blob = await response.blob();
  return new File([blob], title || "original", { type: blob.type });
}
