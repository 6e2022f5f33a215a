import { useState } from "preact/hooks";
import { isAlike, LookAlike } from "../add/look-alike.tsx";
import type { UploadPhase } from "../add/upload.ts";
import { countWords } from "../base/format.ts";
import { toastFailed } from "../base/toasts.tsx";
import { allow, dropLookAlike, forget, type Parcel, type ParcelState, parcels, sendAgain } from "./outbox.ts";

/** What is on this device and not yet in the table. */
export function OutboxList() {
  const all = parcels.value;
  if (all.length === 0) return null;
  return (
    <section class="outbox" aria-label="On this device">
      <p class="outbox-count" role="status">
        {countWords(all.length, "square")} on this device, not in the queue yet. It is safe to close the app.
      </p>
      <ul>
        {all.map(({ parcel, state }) => (
          <li key={parcel.key}>
            <span class="row-title">{parcel.words.title || parcel.name}</span>
            <State parcel={parcel} state={state} />
          </li>
        ))}
      </ul>
    </section>
  );
}

function phaseWords(phase: UploadPhase): string {
  if (phase.phase === "waiting") return phase.for === "network" ? "waits for the network" : "waits for the server";
  if (phase.phase === "sending") return `${Math.round(phase.sent * 100)} %`;
  return phase.phase === "reading" ? "begins…" : "sent, being prepared…";
}

function State({ parcel, state }: { parcel: Parcel; state: ParcelState }) {
  const [busy, setBusy] = useState(false);
  const act = (run: () => Promise<void>) => () => {
    setBusy(true);
    run()
      .catch((error: unknown) => toastFailed("It could not be done.", error))
      .finally(() => setBusy(false));
  };
  if (state.step === "waiting") return <span class="quiet">waits</span>;
  if (state.step === "going") return <span class="quiet">{phaseWords(state.phase)}</span>;
  const again = (
    <button type="button" class="button" disabled={busy} onClick={act(() => sendAgain(parcel))}>
      Try again
    </button>
  );
  const out = (
    <button type="button" class="button" disabled={busy} onClick={act(() => forget(parcel.key))}>
      Leave it out
    </button>
  );
  if (state.step === "failed")
    return (
      <>
        <span class="mistake">{state.reason}</span>
        <span class="switches">
          {again}
          {out}
        </span>
      </>
    );
  const { upload } = state;
  if (isAlike(upload))
    return (
      <LookAlike upload={upload} onLeave={() => dropLookAlike(parcel, upload)} onAdd={() => allow(parcel, upload)} />
    );
  return (
    <>
      <span class="mistake">{upload.state === "refused" ? upload.reason : "It is not there yet."}</span>
      <span class="switches">
        {upload.state === "refused" && upload.again && again}
        {out}
      </span>
    </>
  );
}
