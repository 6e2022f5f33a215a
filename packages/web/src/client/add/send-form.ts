import type { UploadTicket } from "../../contract.ts";
import { Unreachable } from "../base/api.ts";

/**
 * Posts a file to the bucket. XMLHttpRequest, since fetch tells nothing of what was sent so far.
 *
 * @param onProgress gets the part of the bytes that were sent, 0 to 1.
 * @returns `again` where the ticket is no longer good or the bucket is busy.
 * @throws Unreachable where the network fails on the way.
 */
export function sendForm(
  ticket: UploadTicket,
  file: Blob,
  onProgress: (sent: number) => void,
  signal?: AbortSignal,
): Promise<"sent" | "again" | "refused"> {
  return new Promise((resolve, reject) => {
    const form = new FormData();
    for (const [name, value] of Object.entries(ticket.fields)) form.append(name, value);
    // S3 ignores what stands behind the file.
    form.append("file", file);
    const sending = new XMLHttpRequest();
    const abort = () => sending.abort();
    signal?.addEventListener("abort", abort);
    sending.upload.addEventListener("progress", ({ loaded, total }) => onProgress(total > 0 ? loaded / total : 0));
    sending.addEventListener("loadend", () => signal?.removeEventListener("abort", abort));
    sending.addEventListener("abort", () => reject(signal?.reason ?? new DOMException("Aborted", "AbortError")));
    sending.addEventListener("error", () => reject(new Unreachable(new Error("The bucket did not answer."))));
    sending.addEventListener("load", () => {
      if (sending.status < 300) resolve("sent");
      else resolve(sending.status === 400 ? "refused" : "again");
    });
    sending.open("POST", ticket.url);
    sending.send(form);
  });
}
