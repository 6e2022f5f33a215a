import { useEffect } from "preact/hooks";
import type { Upload } from "../../contract.ts";
import { LookAlike } from "../add/look-alike.tsx";
import { addAnyway, discard } from "../add/upload-outcome.ts";
import { api } from "../base/api.ts";
import { toastDone } from "../base/messages.tsx";
import { squaresChanged } from "../base/overview.ts";
import { tell } from "../base/request.ts";
import { Trouble } from "../base/trouble.tsx";
import { useLoad } from "../base/use-load.ts";
import { HeldRow } from "./held-row.tsx";
import "./waiting.css";

/** The most that is listed; a decision makes room for the next. */
const most = 50;

type Similar = Extract<Upload, { state: "similar" }>;

/** What goes on only after a person's decision: squares that are held, and pictures that look like others. */
export default function Waiting({ onSettled }: { onSettled: () => void }) {
  const held = useLoad(() => api.squares({ status: "review", limit: most, order: "newest" }), []);
  const alike = useLoad(api.lookAlikes, []);
  const squares = held.value?.squares ?? [];
  const uploads = (alike.value ?? []).filter((upload): upload is Similar => upload.state === "similar");
  const isSettled = [held, alike].every(({ value, error }) => value !== undefined || error !== undefined);
  useEffect(() => {
    if (isSettled) onSettled();
  }, [isSettled]);
  if (!isSettled) return null;
  const error = held.error ?? alike.error;
  const settle = async (upload: Similar, act: () => Promise<unknown>, said: string) => {
    await act();
    toastDone(`“${upload.title || upload.name}” ${said}`);
    squaresChanged();
  };
  return (
    <>
      {error !== undefined && <Trouble told={tell(error)} />}
      <ul class="rows">
        {squares.map((square) => (
          <HeldRow key={square.id} square={square} />
        ))}
        {uploads.map((upload) => (
          <li key={upload.id} class="row">
            <LookAlike
              upload={upload}
              onDiscard={() => settle(upload, () => discard(upload.id), "is discarded.")}
              onAdd={() => settle(upload, () => addAnyway(upload.id), "is in the queue.")}
            />
          </li>
        ))}
      </ul>
    </>
  );
}
