import type { Device } from "./devices.ts";

/** Whoever adds a device names it: a name makes no lines of its own in a mail. */
const oneLine = (text: string) => text.replaceAll(/[\p{Cc}\p{Cf}\s]+/gu, " ").trim();

/**
 * The mail about a device that may use the web app from now on.
 *
 * @param by name of the device that invited it, or the command
 */
export function deviceAdded({
  stage,
  device,
  by,
}: {
  stage: string;
  device: Pick<Device, "name" | "createdAt" | "credentialId">;
  by: string;
}): { subject: string; message: string } {
  const name = oneLine(device.name) || "a device without a name";
  const where = stage === "sandbox" ? "" : ` --stage ${stage}`;
  return {
    subject: `2x2: the device "${name}" was added to ${stage}`,
    message: [
      `The device “${name}” was given access to the web app of ${stage} at ${device.createdAt}, with an invite from “${oneLine(by)}”.`,
      `If that was you, there is nothing to do. If not, revoke the device at once, on the page Devices of another device, or with \`2x2 devices revoke ${device.credentialId.slice(0, 12)}${where}\`. Then check there for devices or open invites that you do not know. If “${oneLine(by)}” is a device that you have lost, revoke it too.`,
    ].join("\n\n"),
  };
}
