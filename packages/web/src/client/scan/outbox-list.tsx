import { isAlike, LookAlike } from "../add/look-alike.tsx";
import type { UploadPhase } from "../add/upload.ts";
import { Button } from "../base/button.tsx";
import { formatCount } from "../base/format.ts";
import { toastFailed } from "../base/messages.tsx";
import { useBusy } from "../base/use-busy.ts";
import { allow, discardLookAlike, forget, type Parcel, type ParcelState, parcels, sendAgain } from "./outbox.ts";

/** Squares that are still only on this device. */
export function OutboxList() {
  const all = parcels.value;
  if (all.length === 0) return null;
  return (
    <section class="outbox" aria-label="On this device">
      <p class="outbox-count" role="status">
        {formatCount(all.length, "square")} on this device, not yet in the queue. You can close the app.
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

function phaseLabel(phase: UploadPhase): string {
  if (phase.phase === "waiting") return phase.for === "network" ? "waiting for a connection" : "waiting for the server";
  if (phase.phase === "sending") return `${Math.round(phase.sent * 100)} %`;
  return phase.phase === "reading" ? "reading…" : "processing…";
}

function State({ parcel, state }: { parcel: Parcel; state: ParcelState }) {
  const [busy, run] = useBusy();
  const act = (action: () => Promise<void>) => () =>
    void run(action).catch((error: unknown) => toastFailed("That did not work.", error));
  if (state.step === "waiting") return <span class="quiet">waiting</span>;
  if (state.step === "going") return <span class="quiet">{phaseLabel(state.phase)}</span>;
  const upload = state.step === "ended" ? state.upload : undefined;
  if (upload && isAlike(upload))
    return (
      <LookAlike
        upload={upload}
        onDiscard={() => discardLookAlike(parcel, upload)}
        onAdd={() => allow(parcel, upload)}
      />
    );
  const refused = upload?.state === "refused" ? upload : undefined;
  const reason = state.step === "failed" ? state.reason : (refused?.reason ?? "Not finished yet.");
  return (
    <>
      <span class="mistake">{reason}</span>
      <span class="switches">
        {(state.step === "failed" || refused?.again) && (
          <Button disabled={busy} onClick={act(() => sendAgain(parcel))}>
            Try again
          </Button>
        )}
        <Button disabled={busy} onClick={act(() => forget(parcel.key))}>
          Remove
        </Button>
      </span>
    </>
  );
}
