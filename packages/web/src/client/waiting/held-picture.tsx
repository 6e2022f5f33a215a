import { useRef, useState } from "preact/hooks";
import type { SquareCard, SquareDetail } from "../../contract.ts";
import { api } from "../base/api.ts";
import { Button } from "../base/button.tsx";
import { titleOf } from "../base/format.ts";
import { lazy } from "../base/lazy.tsx";
import { toastDone, toastFailed } from "../base/messages.tsx";
import { squaresChanged } from "../base/overview.ts";
import { useBusy } from "../base/use-busy.ts";
import type { CropAgainProps } from "../square/crop-again.tsx";
import { replacePicture } from "./replace-picture.ts";

const CropAgain = lazy<CropAgainProps>(() => import("../square/crop-again.tsx"));

/** What can be done about the picture of a held square that was certainly not posted. */
export default function HeldPicture({ square }: { square: SquareCard }) {
  const [cropping, setCropping] = useState<SquareDetail>();
  const [busy, run] = useBusy();
  const file = useRef<HTMLInputElement>(null);
  const title = titleOf(square);
  const of = <span class="visually-hidden"> “{title}”</span>;
  const crop = async () => {
    try {
      setCropping(await api.square(square.id));
    } catch (error) {
      toastFailed(`“${title}” could not be opened.`, error);
    }
  };
  const replace = async (picture: File) => {
    try {
      await replacePicture(square, picture);
      toastDone(`“${title}” has its new picture and is next in the queue. The old picture is withdrawn.`);
    } catch (error) {
      toastFailed("The picture was not replaced.", error);
    }
    squaresChanged();
  };
  return (
    <>
      <Button disabled={busy} onClick={() => void run(crop)}>
        <span>
          Crop again
          {of}…
        </span>
      </Button>
      <Button disabled={busy} onClick={() => file.current?.click()}>
        <span>
          {busy ? "Replacing the picture" : "Replace the picture"}
          {of}…
        </span>
      </Button>
      <input
        ref={file}
        type="file"
        accept="image/*"
        hidden
        aria-label={`A new picture for “${title}”`}
        onChange={({ currentTarget }) => {
          const [picture] = currentTarget.files ?? [];
          if (picture !== undefined) void run(() => replace(picture));
          currentTarget.value = "";
        }}
      />
      {cropping && <CropAgain square={cropping} onCropped={squaresChanged} onClose={() => setCropping(undefined)} />}
    </>
  );
}
