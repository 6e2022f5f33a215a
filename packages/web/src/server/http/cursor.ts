import { createHmac, timingSafeEqual } from "node:crypto";
import type { WebPorts } from "./ports.ts";
import { WebProblem } from "./problem.ts";
import { readWebKey } from "./web-key.ts";

/** Positions in lists, as the app gets them: signed, and valid only for the list that they came from. */
export interface Cursors {
  /** @param list names the list and its filters */
  write(list: readonly unknown[], place: unknown): Promise<string>;
  /** @throws WebProblem `invalid` if the cursor is not one of this list */
  read(list: readonly unknown[], cursor: string): Promise<unknown>;
}

export function createCursors(ports: Pick<WebPorts, "table" | "randomBytes">): Cursors {
  let key: Promise<Uint8Array> | undefined;
  const sign = async (list: readonly unknown[], payload: string) => {
    key ??= readWebKey(ports).catch((error: unknown) => {
      key = undefined;
      throw error;
    });
    return createHmac("sha256", await key)
      .update(JSON.stringify([list.map((part) => part ?? null), payload]))
      .digest();
  };
  return {
    async write(list, place) {
      const payload = Buffer.from(JSON.stringify(place)).toString("base64url");
      return `${payload}.${(await sign(list, payload)).toString("base64url")}`;
    },
    async read(list, cursor) {
      const [payload = "", signature = ""] = cursor.split(".");
      const given = Buffer.from(signature, "base64url");
      const right = await sign(list, payload);
      if (given.length !== right.length || !timingSafeEqual(given, right))
        throw new WebProblem("invalid", "The cursor does not belong to this list. Start again at its first page.");
      return JSON.parse(Buffer.from(payload, "base64url").toString());
    },
  };
}
