import { useEffect, useState } from "preact/hooks";
import type { SquareDetail } from "../../contract.ts";
import { ApiError, wordsOf } from "../base/api.ts";
import { Dialog } from "../base/dialog.tsx";
import { api } from "../base/endpoints.ts";
import { squaresChanged } from "../base/overview.ts";
import { toastDone, toastFailed } from "../base/toasts.tsx";
import { CornersEditor } from "./corners-editor.tsx";
import { openPhoto, type Photo } from "./photo.ts";
import { insetQuad, type Quad } from "./quad.ts";
import "./scan.css";

export interface CropProps {
  square: SquareDetail;
  onCropped: (square: SquareDetail) => void;
  onClose: () => void;
}

/** The untouched original with the corners of the square on it: what is posted is made anew from it. */
export default function CropDialog({ square, onCropped, onClose }: CropProps) {
  const [photo, setPhoto] = useState<Photo>();
  const [quad, setQuad] = useState<Quad>();
  const [failure, setFailure] = useState<string>();
  const [busy, setBusy] = useState(false);
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
      .catch((error: unknown) => setFailure(wordsOf(error)));
    return () => {
      gone = true;
      opened?.bitmap.close();
    };
  }, [square.id]);
  async function crop(): Promise<void> {
    if (quad === undefined) return;
    setBusy(true);
    try {
      onCropped(await api.crop(square.id, { corners: quad, version: square.version }));
      toastDone("The square is cut anew from the original.");
      squaresChanged();
      onClose();
    } catch (error) {
      if (error instanceof ApiError && error.problem.current) onCropped(error.problem.current);
      toastFailed("It was not cut anew.", error);
      setBusy(false);
    }
  }
  return (
    <Dialog title="Crop anew" kind="wide" onClose={onClose}>
      {failure !== undefined && <p class="mistake">{failure}</p>}
      {photo === undefined || quad === undefined ? (
        failure === undefined && <p class="quiet">Opening the original…</p>
      ) : (
        <CornersEditor photo={photo} quads={[quad]} current={0} onChange={setQuad} onChoose={() => undefined} />
      )}
      <div class="dialog-actions">
        <button type="button" class="button" onClick={onClose}>
          Leave it
        </button>
        <button
          type="button"
          class="button button-main"
          disabled={busy || quad === undefined}
          onClick={() => void crop()}
        >
          {busy ? "Cutting…" : "Cut it so"}
        </button>
      </div>
    </Dialog>
  );
}

/** Its address is good for minutes, and the dialog of the square may have stood open for longer. */
async function fetchOriginal(id: string): Promise<File> {
  const { originalUrl = "", title } = await api.square(id);
  const response = await fetch(originalUrl);
  if (!response.ok) throw new Error("The original could not be fetched: load the page again, then try once more.");
  const blob = await response.blob();
  return new File([blob], title || "original", { type: blob.type });
}
