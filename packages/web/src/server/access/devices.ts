import { listDevices, revokeDevice } from "@twobytwo/core/access/devices";
import { createInvite, inviteAddress, listInvites, voidInvite } from "@twobytwo/core/access/invites";
import { persistently } from "@twobytwo/core/persistently";
import { Hono } from "hono";
import type { Device, Invite, OpenInvite } from "../../contract-access.ts";
import type { WebPorts } from "../http/ports.ts";
import { WebProblem } from "../http/problem.ts";
import { bodyOf, Nothing } from "../http/request-body.ts";
import type { WebEnv } from "../http/web-env.ts";

/** Base64url of at most 1,023 bytes, as WebAuthn has it. */
const credentialId = /^[\w-]{1,1364}$/;

/** Hash of an invite's secret, hex. */
const inviteId = /^[0-9a-f]{64}$/;

export function deviceRoutes(ports: WebPorts): Hono<WebEnv> {
  return new Hono<WebEnv>()
    .get("/devices", async (c) => {
      const devices = await listDevices(ports.table);
      return c.json(
        devices.map(
          ({ credentialId, name, createdAt, seenAt }): Device => ({
            id: credentialId,
            name,
            createdAt,
            lastSeenAt: seenAt,
            isThis: credentialId === c.get("device").credentialId,
          }),
        ),
      );
    })
    .post("/devices/invite", async (c) => {
      await bodyOf(c, Nothing);
      const { secret, expiresAt } = await createInvite(ports, { by: c.get("device").credentialId });
      return c.json({ url: inviteAddress(c.get("site").origin, secret), expiresAt } satisfies Invite);
    })
    .get("/invites", async (c) => {
      const open = await listInvites(ports.table, ports.clock());
      return c.json(
        open.map(
          ({ id, by, maker, createdAt, expiresAt }): OpenInvite => ({
            id,
            madeBy: maker?.name ?? by,
            createdAt,
            expiresAt,
          }),
        ),
      );
    })
    .delete("/invites/:id", async (c) => {
      const id = c.req.param("id");
      if (!inviteId.test(id) || !(await voidInvite(ports.table, id)))
        throw new WebProblem("not-found", "This invite no longer exists. It may have been used: check the devices.");
      return c.body(null, 204);
    })
    .delete("/devices/:id", async (c) => {
      const id = c.req.param("id");
      // Uploads in progress are written on condition of the device's row, and must not keep it from being revoked.
      const revoke = () => persistently(ports, "Removing the device", () => revokeDevice(ports.table, id));
      if (!credentialId.test(id) || !(await revoke()))
        throw new WebProblem("not-found", "This device no longer exists. It may have been revoked already.");
      return c.body(null, 204);
    });
}
