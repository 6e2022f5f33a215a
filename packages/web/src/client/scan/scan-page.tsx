import { useEffect, useRef, useState } from "preact/hooks";
import { Button } from "../base/button.tsx";
import { Icon } from "../base/icons.tsx";
import { lazy } from "../base/lazy.tsx";
import { toastFailed } from "../base/messages.tsx";
import { seriesNames } from "../base/series.ts";
import { drain, openOutbox } from "./outbox.ts";
import { OutboxList } from "./outbox-list.tsx";
import { SharedList } from "./shared-list.tsx";
import { ShotView } from "./shot-view.tsx";
import { opening, shots, take } from "./shots.ts";
import "./scan.css";

/** HEIC is left out, so that an iPhone gives a JPEG. */
const accept = "image/jpeg,image/png,image/webp";

const LiveCamera = lazy<{ onShot: (file: File) => void; onClose: () => void }>(() => import("./live-camera.tsx"));

/** Turns photos of paintings into squares in the queue. */
export default function ScanPage() {
  const [live, setLive] = useState(false);
  const [keepGoing, setKeepGoing] = useState(false);
  const camera = useRef<HTMLInputElement>(null);
  useEffect(() => {
    void seriesNames.load();
    void openOutbox().then(drain, (error: unknown) =>
      toastFailed("Squares that wait on this device cannot be shown.", error),
    );
    // Shared pictures are shown in any case, so the address does not have to say so.
    if (new URLSearchParams(window.location.search).has("shared"))
      window.history.replaceState(window.history.state, "", "/scan");
    const stay = (event: BeforeUnloadEvent) => {
      if (shots.peek().length > 0) event.preventDefault();
    };
    window.addEventListener("beforeunload", stay);
    return () => window.removeEventListener("beforeunload", stay);
  }, []);
  const shot = shots.value[0];
  const chosen = (event: { currentTarget: HTMLInputElement }) => {
    void take([...(event.currentTarget.files ?? [])]);
    event.currentTarget.value = "";
  };
  return (
    <>
      <div class="page-head">
        <h1>Scan</h1>
        {shots.value.length > 1 && <span class="quiet page-aside">{shots.value.length - 1} more to check</span>}
      </div>
      <OutboxList />
      <SharedList />
      {live && (
        <LiveCamera
          onShot={(file) => {
            setLive(false);
            void take([file]);
          }}
          onClose={() => setLive(false)}
        />
      )}
      {shot !== undefined && (
        <ShotView
          key={shot.photo.name + shots.value.length}
          shot={shot}
          onSaved={() => {
            if (keepGoing && shots.peek().length === 0) camera.current?.click();
          }}
        />
      )}
      {opening.value > 0 && (
        <p class="quiet" role="status">
          Looking for squares…
        </p>
      )}
      {shot === undefined && opening.value === 0 && (
        <p class="scan-hint">
          Lay the painting on a plain surface that is darker or lighter than its edge, and hold the phone above it.
          Several paintings in one photo become several squares.
        </p>
      )}
      <div class={shot === undefined ? "scan-doors" : "scan-doors scan-doors-small"}>
        <label class={shot === undefined ? "button button-main" : "button"}>
          <input
            ref={camera}
            type="file"
            class="visually-hidden"
            accept={accept}
            capture="environment"
            onChange={chosen}
          />
          <Icon name="scan" /> Take a photo
        </label>
        <label class="button">
          <input type="file" class="visually-hidden" accept={accept} multiple onChange={chosen} />
          <Icon name="picture" /> Choose photos
        </label>
        {!live && navigator.mediaDevices !== undefined && <Button onClick={() => setLive(true)}>Live camera</Button>}
        <label class="check">
          <input type="checkbox" checked={keepGoing} onChange={(event) => setKeepGoing(event.currentTarget.checked)} />
          <span>Return to the camera after each photo</span>
        </label>
      </div>
    </>
  );
}
