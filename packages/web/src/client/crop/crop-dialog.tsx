import { useEffect, useState } from "preact/hooks";
import type { SquareDetail } from "../../contract.ts";
import { api } from "../base/api.ts";
import { Button } from "../base/button.tsx";
import { Dialog } from "../base/dialog.tsx";
import { toastDone, toastFailed } from "../base/messages.tsx";
import { squaresChanged } from "../base/overview.ts";
import { ApiError, messageOf } from "../base/request.ts";
import { useBusy } from "../base/use-busy.ts";
import { CornersEditor } from "./corners-editor.tsx";
import { openPhoto, type Photo } from "./photo.ts";
import { insetQuad, type Quad } from "./quad.ts";

export interface CropProps {
  square: SquareDetail;
  onCropped: (square: SquareDetail) => void;
  onClose: () => void;
}

/** The original with the corners of the square on it. The picture for X is made again from them. */
export default function CropDialog({ square, onCropped, onClose }: CropProps) {
  const [photo, setPhoto] = useState<Photo>();
  const [quad, setQuad] = useState<Quad>();
  const [failure, setFailure] = useState<string>();
  const [busy, run] = useBusy();
  useEffect(() => {
    let gone = false;
    let opened: Photo | undefined;
    fetchOriginal(square.id)
      .then(openPhoto)
      .then((made) => {
        opened = made;
        if (gone) return made.bitmap.close();
        setPhoto(made);
        setQuad(square.corners ?? insetQuad(made));
      })
      .catch((error: unknown) => setFailure(messageOf(error)));
    return () => {
      gone = true;
      opened?.bitmap.close();
    };
  }, [square.id]);
  async function crop(): Promise<void> {
    if (quad === undefined) return;
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
    <Dialog title="Crop again" kind="wide" onClose={onClose}>
      {failure !== undefined && <p class="mistake">{failure}</p>}
      {photo === undefined || quad === undefined ? (
        failure === undefined && <p class="quiet">Opening the original…</p>
      ) : (
        <CornersEditor photo={photo} quads={[quad]} current={0} onChange={setQuad} onChoose={() => undefined} />
      )}
      <div class="dialog-actions">
        <Button onClick={onClose}>Keep as is</Button>
        <Button main disabled={busy || quad === undefined} onClick={() => void run(crop)}>
          {busy ? "Cropping…" : "Crop"}
        </Button>
      </div>
    </Dialog>
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
