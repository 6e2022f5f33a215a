import type { Stage } from "@twobytwo/sandbox/test/stage";
import type { Upload, UploadRequest, UploadTicket } from "../../src/contract.ts";
import type { Browser } from "./browser.ts";

/** Posts a file by a ticket's form, as a browser does. @returns the status of the bucket's answer. */
export async function postForm(
  { url, fields }: Pick<UploadTicket, "url" | "fields">,
  bytes: Uint8Array,
  { origin = "http://localhost" } = {},
): Promise<number> {
  const form = new FormData();
  for (const [name, value] of Object.entries(fields)) form.append(name, value);
  form.append("file", new Blob([Uint8Array.from(bytes)]), "picture");
  const answer = await fetch(url, { method: "POST", body: form, headers: { origin } });
  await answer.arrayBuffer();
  return answer.status;
}

/** Asks for a ticket, sends the file, and waits until the pipeline has looked at it. */
export async function upload(
  { stage, browser }: { stage: Stage; browser: Browser },
  bytes: Uint8Array,
  wish: Partial<UploadRequest> = {},
): Promise<Upload> {
  const request = { name: "picture.jpg", contentType: "image/jpeg", bytes: bytes.length, ...wish };
  const ticket = await browser.ask<UploadTicket>("POST", "/api/uploads", request);
  const status = await postForm(ticket, bytes);
  if (status >= 300) throw new Error(`The bucket answered with ${status}.`);
  return outcome({ stage, browser }, ticket.id);
}

export async function outcome({ stage, browser }: { stage: Stage; browser: Browser }, id: string): Promise<Upload> {
  await stage.sandbox.inbox.idle();
  const [found] = await browser.ask<Upload[]>("GET", `/api/uploads?ids=${id}`);
  if (found === undefined) throw new Error(`The upload ${id} is lost.`);
  return found;
}
