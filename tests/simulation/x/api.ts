import type { Account } from "./account.ts";
import type { XRequest, XResponse } from "./connection.ts";
import { duplicate, forbidden, invalidMedia } from "./problems.ts";
import { type TimelineFlaw, timelinePage } from "./timeline.ts";

/** A request as faults and the journal name it: `POST /2/tweets`, `GET /2/users/{id}/tweets`, … */
export function operationOf({ method, url }: XRequest): string {
  const path = (url.split("?")[0] ?? "")
    .replace(/\/users\/\d+\//, "/users/{id}/")
    .replace(/\/tweets\/\d+$/, "/tweets/{id}");
  return `${method} ${path.replace(/\/upload\/\d+\//, "/upload/{id}/")}`;
}

export interface XSettings {
  /** The execution that asks; undefined for a person. */
  execution: string | undefined;
  now: number;
  flaw: TimelineFlaw | undefined;
  /** Words that X does not take in a post, whoever asks. */
  dislikes: string;
}

const ok = (body: object, status = 200): XResponse => ({ status, body: JSON.stringify(body) });

/** What X does and answers when nothing goes wrong. */
export function answer(account: Account, request: XRequest, settings: XSettings): XResponse {
  const { now } = settings;
  switch (operationOf(request)) {
    case "POST /2/media/upload": {
      const media = account.upload(partOf(request, "media"), now);
      return ok({ data: { id: media.id, media_key: `3_${media.id}`, expires_after_secs: 86_400 } });
    }
    case "POST /2/media/metadata": {
      const { id, metadata } = JSON.parse(request.body.toString()) as {
        id: string;
        metadata: { alt_text?: { text?: string } };
      };
      const media = account.media.get(id);
      if (media === undefined || media.expiresAt <= now) return invalidMedia();
      media.altText = metadata.alt_text?.text;
      return ok({ data: { id } });
    }
    case "POST /2/tweets":
      return post(account, request, settings);
    case "GET /2/users/{id}/tweets":
      return timelinePage(account, new URLSearchParams(request.url.split("?")[1] ?? ""), now, settings.flaw);
    case "GET /2/users/me":
      return ok({ data: { id: account.userId, username: "artist", name: "Artist" } });
    case "DELETE /2/tweets/{id}": {
      const there = account.delete(request.url.split("/").at(-1) ?? "", now);
      return there ? ok({ data: { deleted: true } }) : ok({ title: "Not Found", status: 404 }, 404);
    }
    default:
      return ok({ title: "Not Found", detail: `No ${request.method} ${request.url}`, status: 404 }, 404);
  }
}

function post(account: Account, request: XRequest, { execution, now, dislikes }: XSettings): XResponse {
  const { text, media } = JSON.parse(request.body.toString()) as { text: string; media?: { media_ids: string[] } };
  const mediaIds = media?.media_ids ?? [];
  for (const id of mediaIds) {
    const known = account.media.get(id);
    if (known === undefined || known.expiresAt <= now) return invalidMedia();
  }
  if (text.includes(dislikes)) return forbidden("permitted");
  if (account.remembers(text, mediaIds, now)) return duplicate();
  const accepted = account.accept({ text, mediaIds, execution: execution ?? "a person" }, now);
  return ok({ data: { id: accepted.id, text, edit_history_tweet_ids: [""] } }, 201);
}

/** A part of a multipart body by its name. */
function partOf({ headers, body }: XRequest, name: string): Buffer {
  const boundary = /boundary=(.+)$/.exec(headers["content-type"] ?? "")?.[1] ?? "";
  const head = body.indexOf(`name="${name}"`);
  const start = body.indexOf("\r\n\r\n", head) + 4;
  return Buffer.from(body.subarray(start, body.indexOf(`\r\n--${boundary}`, start)));
}
