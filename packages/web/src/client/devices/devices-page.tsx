import { useState } from "preact/hooks";
import type { Device, Invite } from "../../contract-access.ts";
import { Dialog } from "../base/dialog.tsx";
import { api } from "../base/endpoints.ts";
import { timeWords } from "../base/format.ts";
import { Icon } from "../base/icons.tsx";
import { session, signOut } from "../base/session.ts";
import { Failed, SkeletonRows } from "../base/states.tsx";
import { toastDone, toastFailed } from "../base/toasts.tsx";
import { useLoad } from "../base/use-load.ts";
import { InviteDialog } from "./invite-dialog.tsx";
import { OpenInvites } from "./open-invites.tsx";

/** Who can come in, and how another device can. */
export default function DevicesPage() {
  const devices = useLoad(api.devices, []);
  const invites = useLoad(api.invites, []);
  const [invite, setInvite] = useState<Invite>();
  const [revoking, setRevoking] = useState<Device>();
  const [busy, setBusy] = useState(false);
  const makeInvite = async () => {
    setBusy(true);
    try {
      setInvite(await api.inviteDevice());
      invites.reload();
    } catch (error) {
      toastFailed("No invite could be made.", error);
    } finally {
      setBusy(false);
    }
  };
  const lookAgain = () => {
    devices.reload();
    // With a device go the invites that it made.
    invites.reload();
  };
  const closeInvite = () => {
    setInvite(undefined);
    lookAgain();
  };
  const { stage } = session.value ?? {};
  return (
    <>
      <div class="page-head">
        <h1>Devices</h1>
        <p class="quiet">{stage && `Stage ${stage}`}</p>
        <button type="button" class="button button-main page-aside" disabled={busy} onClick={() => void makeInvite()}>
          <Icon name="add" /> Invite a device
        </button>
      </div>
      {devices.value === undefined && devices.error === undefined && <SkeletonRows count={2} />}
      {devices.error !== undefined && (
        <Failed what="The devices could not be loaded" error={devices.error} again={devices.reload} />
      )}
      <ul class="rows">
        {devices.value?.map((device) => (
          <li key={device.id} class="row">
            <div class="row-words">
              <span class="row-title">
                {device.name} {device.isThis && <span class="badge badge-quiet">this device</span>}
              </span>
              <span class="quiet">
                added {timeWords(device.createdAt, { now: new Date() })}, last seen{" "}
                {timeWords(device.lastSeenAt, { now: new Date() })}
              </span>
            </div>
            <div class="row-switches">
              {device.isThis ? (
                <button
                  type="button"
                  class="button button-slim"
                  onClick={() =>
                    void signOut().catch((error: unknown) => toastFailed("You are still signed in.", error))
                  }
                >
                  Sign out
                </button>
              ) : (
                <button type="button" class="button button-slim" onClick={() => setRevoking(device)}>
                  <span>
                    Revoke<span class="visually-hidden"> {device.name}</span>…
                  </span>
                </button>
              )}
            </div>
          </li>
        ))}
      </ul>
      <OpenInvites invites={invites} />
      {invite && <InviteDialog invite={invite} onClose={closeInvite} />}
      {revoking && <RevokeDialog device={revoking} onClose={() => setRevoking(undefined)} onRevoked={lookAgain} />}
    </>
  );
}

interface RevokeProps {
  device: Device;
  onClose: () => void;
  onRevoked: () => void;
}

function RevokeDialog({ device, onClose, onRevoked }: RevokeProps) {
  const revoke = async () => {
    onClose();
    try {
      await api.revokeDevice(device.id);
      toastDone(`“${device.name}” is signed out, and its passkey no longer opens anything.`);
    } catch (error) {
      toastFailed("It could not be revoked.", error);
    }
    onRevoked();
  };
  return (
    <Dialog title={`Revoke “${device.name}”?`} onClose={onClose}>
      <p>
        It is signed out at once, invites that it made are void, and it can come back only with a new invite of another
        device.
      </p>
      <div class="dialog-actions">
        <button type="button" class="button" onClick={onClose}>
          Cancel
        </button>
        <button type="button" class="button button-main" onClick={() => void revoke()}>
          Revoke
        </button>
      </div>
    </Dialog>
  );
}
