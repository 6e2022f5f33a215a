import { closeTicket, mostTickets, ticketMs } from "@twobytwo/core/inbox/tickets";
import { openUpload, readUpload } from "@twobytwo/core/inbox/uploads";
import { persistently } from "@twobytwo/core/persistently";
import { afterEach, beforeEach, expect, it } from "vitest";
import { openStudio, type Studio } from "../adding/studio.ts";
import { painting } from "../pictures/pictures.ts";
import { admit, deliver, send, uploadOf } from "./devices.ts";

let studio: Studio;
beforeEach(async () => {
  studio = await openStudio();
  for (const device of ["phone", "laptop"]) await admit(studio.ports.table, device);
});
afterEach(() => studio.close());

const now = Date.now();
const open = (device: string, at = now) => {
  const upload = uploadOf(studio.ports.newId(), device);
  return persistently(studio.ports, "Opening", () => openUpload(studio.ports.table, upload, at));
};
const many = (count: number) => Array.from({ length: count }, () => 0);

it("a device that asks for more at once than it may have on their way gets as many as it may, and no other device fewer", async () => {
  const openings = await Promise.all(many(mostTickets + 20).map(() => open("phone")));
  expect(openings.filter((opening) => opening === "opened")).toHaveLength(mostTickets);
  expect(openings.filter((opening) => opening === "too many")).toHaveLength(20);
  expect(await open("laptop")).toBe("opened");
});

it("what was never sent frees its place when its form ends, and what was taken in at once", async () => {
  for (const _ of many(mostTickets - 1)) expect(await open("phone")).toBe("opened");
  const upload = uploadOf(studio.ports.newId(), "phone");
  await send(studio, { upload, bytes: await painting(1), now });
  expect(await open("phone")).toBe("too many");
  expect(await deliver(studio, upload)).toMatchObject({ outcome: "added" });
  expect(await open("phone")).toBe("opened");
  expect(await open("phone", now + ticketMs - 1)).toBe("too many");
  expect(await open("phone", now + ticketMs)).toBe("opened");
});

it("no row is left of a device of which nothing is on its way", async () => {
  const upload = uploadOf(studio.ports.newId(), "phone");
  await send(studio, { upload, bytes: await painting(1) });
  expect((await studio.marks()).filter((id) => id.startsWith("#tickets#"))).toEqual(["#tickets#phone"]);
  await deliver(studio, upload);
  expect((await studio.marks()).filter((id) => id.startsWith("#tickets#"))).toEqual([]);
});

it("an upload that is opened again, since the answer was lost, is one, and does not take the last place twice", async () => {
  for (const _ of many(mostTickets - 1)) await open("phone");
  const upload = uploadOf(studio.ports.newId(), "phone");
  for (const _ of [1, 2]) expect(await openUpload(studio.ports.table, upload, now)).toBe("opened");
  expect(await open("phone")).toBe("too many");
  const { openUntil = 0 } = (await readUpload(studio.ports.table, upload.uploadId)) ?? {};
  expect(openUntil).toBe(now + ticketMs);
  const ticket = { device: "phone", uploadId: upload.uploadId, openUntil };
  for (const _ of [1, 2]) await closeTicket(studio.ports.table, ticket);
  expect([await open("phone"), await open("phone")]).toEqual(["opened", "too many"]);
});
