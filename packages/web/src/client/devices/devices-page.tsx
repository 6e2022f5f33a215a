import { generate } from "lean-qr";
import { useEffect, useRef, useState } from "preact/hooks";
import type { Device, Invite, OpenInvite } from "../../contract-access.ts";
import { api } from "../base/api.ts";
import { Button } from "../base/button.tsx";
import { Dialog } from "../base/dialog.tsx";
import { formatTime } from "../base/format.ts";
import { Icon } from "../base/icons.tsx";
import { wide } from "../base/media.ts";
import { toastDone, toastFailed } from "../base/messages.tsx";
import { session, signOut } from "../base/session.ts";
import { Failed, SkeletonRows } from "../base/states.tsx";
import { ThemeSwitch } from "../base/theme-switch.tsx";
import { useBusy } from "../base/use-busy.ts";
import { type Loaded, useLoad } from "../base/use-load.ts";
import "./devices.css";

/** The devices that can sign in, and how to add another one. */
export default function DevicesPage() {
  const devices = useLoad(api.devices, []);
  const invites = useLoad(api.invites, []);
  const [invite, setInvite] = useState<Invite>();
  const [revoking, setRevoking] = useState<Device>();
  const [busy, run] = useBusy();
  const createInvite = async () => {
    try {
      setInvite(await api.inviteDevice());
      invites.reload();
    } catch (error) {
      toastFailed("The invite could not be created.", error);
    }
  };
  const reload = () => {
    devices.reload();
    // With a device go the invites that it created.
    invites.reload();
  };
  const { stage } = session.value ?? {};
  return (
    <>
      <div class="page-head page-head-two">
        <h1>Devices</h1>
        <p class="quiet">{stage && `Stage ${stage}`}</p>
        <span class="page-aside">
          <Button main disabled={busy} onClick={() => void run(createInvite)}>
            <Icon name="add" /> Invite a device
          </Button>
        </span>
      </div>
      {devices.value === undefined && devices.error === undefined && <SkeletonRows count={2} />}
      {devices.error !== undefined && (
        <Failed what="The devices could not be loaded" error={devices.error} again={devices.reload} />
      )}
      <ul class="rows">
        {devices.value?.map((device) => (
          <DeviceRow key={device.id} device={device} onRevoke={() => setRevoking(device)} />
        ))}
      </ul>
      <OpenInvites invites={invites} />
      {!wide.value && (
        <section class="appearance" aria-labelledby="appearance">
          <h2 id="appearance">Appearance</h2>
          <ThemeSwitch />
        </section>
      )}
      {invite && (
        <InviteDialog
          invite={invite}
          onClose={() => {
            setInvite(undefined);
            reload();
          }}
        />
      )}
      {revoking && <RevokeDialog device={revoking} onClose={() => setRevoking(undefined)} onRevoked={reload} />}
    </>
  );
}

function DeviceRow({ device, onRevoke }: { device: Device; onRevoke: () => void }) {
  const leave = () => signOut().catch((error: unknown) => toastFailed("You are still signed in.", error));
  return (
    <li class="row">
      <div class="row-words">
        <span class="row-title">
          {device.name} {device.isThis && <span class="badge badge-plain">this device</span>}
        </span>
        <span class="quiet">
          added {formatTime(device.createdAt)}, last seen {formatTime(device.lastSeenAt)}
        </span>
      </div>
      <div class="row-switches">
        {device.isThis ? (
          <Button slim onClick={() => void leave()}>
            Sign out
          </Button>
        ) : (
          <Button slim onClick={onRevoke}>
            <span>
              Revoke<span class="visually-hidden"> {device.name}</span>…
            </span>
          </Button>
        )}
      </div>
    </li>
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
      toastDone(`“${device.name}” is signed out, and its passkey no longer works.`);
    } catch (error) {
      toastFailed("The device could not be revoked.", error);
    }
    onRevoked();
  };
  return (
    <Dialog title={`Revoke “${device.name}”?`} onClose={onClose}>
      <p>
        The device is signed out at once, and the invites it created stop working. To use it again, invite it from
        another device.
      </p>
      <div class="dialog-actions">
        <Button onClick={onClose}>Cancel</Button>
        <Button main onClick={() => void revoke()}>
          Revoke
        </Button>
      </div>
    </Dialog>
  );
}

/** A one-time link for another device, to scan or to copy. */
function InviteDialog({ invite, onClose }: { invite: Invite; onClose: () => void }) {
  const canvas = useRef<HTMLCanvasElement>(null);
  useEffect(() => {
    // Always dark on light: many cameras cannot read it the other way round.
    if (canvas.current) generate(invite.url).toCanvas(canvas.current, { on: [0, 0, 0], off: [255, 255, 255], pad: 4 });
  }, [invite.url]);
  const copy = () =>
    navigator.clipboard.writeText(invite.url).then(
      () => toastDone("Link copied."),
      () => toastFailed("The link could not be copied.", new Error("Select it and copy it by hand.")),
    );
  return (
    <Dialog title="Invite a device" onClose={onClose}>
      <div class="invite">
        <canvas ref={canvas} class="qr" role="img" aria-label="The link as a QR code" />
        <p>
          Scan this code with the other device, or open the link there. It works once, until{" "}
          {formatTime(invite.expiresAt)}. Anyone who opens it can post in your name.
        </p>
        <label class="field">
          <span>Link</span>
          <input readOnly value={invite.url} onFocus={(event) => event.currentTarget.select()} />
        </label>
        <Button onClick={() => void copy()}>Copy link</Button>
      </div>
    </Dialog>
  );
}

/** Links that somebody could still use, each with a button to cancel it. */
function OpenInvites({ invites }: { invites: Loaded<OpenInvite[]> }) {
  const { value, error, reload } = invites;
  if (error !== undefined) return <Failed what="The open invites could not be loaded" error={error} again={reload} />;
  if (value === undefined || value.length === 0) return null;
  const cancel = async ({ id }: OpenInvite) => {
    try {
      await api.voidInvite(id);
      toastDone("Invite cancelled. The link no longer works.");
    } catch (failure) {
      toastFailed("The invite could not be cancelled.", failure);
    }
    reload();
  };
  return (
    <section aria-labelledby="open-invites">
      <h2 id="open-invites">Open invites</h2>
      <p class="quiet">Links that nobody has used yet. Cancel any that you do not recognise or need.</p>
      <ul class="rows">
        {value.map((invite) => (
          <li key={invite.id} class="row">
            <div class="row-words">
              <span class="row-title">Created by {invite.madeBy}</span>
              <span class="quiet">
                {formatTime(invite.createdAt)}, valid until {formatTime(invite.expiresAt)}
              </span>
            </div>
            <div class="row-switches">
              <Button slim onClick={() => void cancel(invite)}>
                <span>
                  Cancel<span class="visually-hidden"> the invite created by {invite.madeBy}</span>
                </span>
              </Button>
            </div>
          </li>
        ))}
      </ul>
    </section>
  );
}
