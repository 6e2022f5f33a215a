import { useEffect, useState } from "preact/hooks";
import { Button } from "../base/button.tsx";
import { Dialog } from "../base/dialog.tsx";
import { messageOf } from "../base/request.ts";
import { useBusy } from "../base/use-busy.ts";
import { CropEditor } from "./crop-editor.tsx";
import { openPhoto, type Photo } from "./photo.ts";
import { middleQuad, type Quad } from "./quad.ts";
import { Straight } from "./straight.tsx";

export interface CropProps {
  title: string;
  load: () => Promise<File>;
  /** The crop that stands; undefined where it is the middle of the picture. */
  quad: Quad | undefined;
  onCrop: (quad: Quad, photo: Photo) => unknown;
  onClose: () => void;
}

/** A picture with the frame of the square on it. */
export default function CropDialog({ title, load, quad: standing, onCrop, onClose }: CropProps) {
  const [photo, setPhoto] = useState<Photo>();
  const [original, setOriginal] = useState<Quad>();
  const [quad, setQuad] = useState<Quad>();
  const [failure, setFailure] = useState<string>();
  const [busy, run] = useBusy();
  useEffect(() => {
    let gone = false;
    let opened: Photo | undefined;
    load()
      .then(openPhoto)
      .then((made) => {
        opened = made;
        if (gone) return made.bitmap.close();
        const start = standing ?? middleQuad(made);
        setPhoto(made);
        setOriginal(start);
        setQuad(start);
      })
      .catch((error: unknown) => setFailure(messageOf(error)));
    return () => {
      gone = true;
      opened?.bitmap.close();
    };
  }, []);
  return (
    <Dialog title={title} kind="editor" onClose={onClose}>
      {failure !== undefined ? (
        <p class="mistake">{failure}</p>
      ) : photo === undefined || quad === undefined || original === undefined ? (
        <p class="quiet">Opening the picture…</p>
      ) : (
        <CropEditor photo={photo} squares={[{ quad, sure: true }]} current={0} original={original} onChange={setQuad} />
      )}
      <div class="crop-foot">
        {photo !== undefined && quad !== undefined && <Straight photo={photo} quad={quad} />}
        <div class="dialog-actions">
          <Button onClick={onClose}>Cancel</Button>
          <Button
            main
            disabled={busy || quad === undefined}
            onClick={() => quad && photo && void run(() => onCrop(quad, photo))}
          >
            {busy ? "Cropping…" : "Crop"}
          </Button>
        </div>
      </div>
    </Dialog>
  );
}
