import type { XResponse } from "./connection.ts";

/** How X can refuse, or fail at, a call. */
export type XFault =
  | { kind: "unauthorized" }
  | { kind: "credits-depleted"; form: "new" | "old" }
  | { kind: "spend-cap"; form: "new" | "old"; resetsInDays: number }
  | { kind: "duplicate" }
  | { kind: "forbidden"; words: "permitted" | "feature" | "create" }
  | { kind: "oauth1-permissions" }
  | { kind: "rate-limited"; headers: boolean; resetAfterSecs: number }
  | { kind: "invalid-media" }
  | { kind: "address"; status: 404 | 405 | 410 | 415 }
  | { kind: "server-error"; status: number; body: "text" | "html" | "empty" | "json"; effect: boolean }
  /** Of the connection. */
  | { kind: "refused" }
  | { kind: "cut"; effect: boolean }
  | { kind: "hang"; effect: boolean }
  | { kind: "slow"; ms: number }
  | { kind: "cut-answer" }
  | { kind: "malformed" }
  /** The process that asked ends. */
  | { kind: "kill"; when: "before" | "after" };

const problem = (status: number, body: object, headers?: Record<string, string>): XResponse => ({
  status,
  body: JSON.stringify({ status, ...body }),
  ...(headers && { headers }),
});

const type = (name: string) => `https://api.x.com/2/problems/${name}`;
const old = (name: string) => `https://api.twitter.com/2/problems/${name}`;

const forbiddenWords = {
  permitted: "You are not permitted to perform this action.",
  feature: "Your account is not permitted to access this feature.",
  create: "You are not allowed to create a Tweet with this content.",
};

export const duplicate = () =>
  problem(403, {
    title: "Forbidden",
    detail: "You are not allowed to create a Tweet with duplicate content.",
    type: "about:blank",
  });

export const forbidden = (words: keyof typeof forbiddenWords) =>
  problem(403, { title: "Forbidden", detail: forbiddenWords[words], type: "about:blank" });

export const invalidMedia = () =>
  problem(400, {
    errors: [{ parameters: { "media.media_ids": [] }, message: "Your media IDs are invalid." }],
    title: "Invalid Request",
    detail: "One or more parameters to your request was invalid.",
    type: type("invalid-request"),
  });

/** The answer of a fault that is one; undefined for those of the connection. */
export function answerOf(fault: XFault, now: number): XResponse | undefined {
  switch (fault.kind) {
    case "unauthorized":
      return problem(401, { title: "Unauthorized", type: "about:blank", detail: "Unauthorized" });
    case "credits-depleted":
      return fault.form === "new"
        ? problem(402, { detail: "credits depleted", title: "Payment Required", type: type("credits-depleted") })
        : problem(402, {
            account_id: 1,
            title: "CreditsDepleted",
            detail: "Your enrolled account [1] does not have any credits to fulfill this request.",
            type: old("credits"),
          });
    case "spend-cap":
      return fault.form === "new"
        ? problem(403, {
            detail: "Your monthly spend cap has been reached.",
            title: "Forbidden",
            type: type("spend-cap-reached"),
          })
        : problem(403, {
            account_id: 1,
            title: "SpendCapReached",
            detail: "Your enrolled account [1] has reached its billing cycle spend cap. ...",
            reset_date: new Date(now + fault.resetsInDays * 86_400_000).toISOString().slice(0, 10),
            type: old("credits"),
          });
    case "duplicate":
      return duplicate();
    case "forbidden":
      return forbidden(fault.words);
    case "oauth1-permissions":
      return problem(403, {
        detail: "Your client app is not configured with the appropriate oauth1 app permissions for this endpoint.",
        title: "Forbidden",
        type: type("oauth1-permissions"),
      });
    case "rate-limited":
      return problem(
        429,
        { title: "Too Many Requests", detail: "Too Many Requests", type: "about:blank" },
        fault.headers
          ? {
              "x-rate-limit-limit": "100",
              "x-rate-limit-remaining": "0",
              "x-rate-limit-reset": String(Math.ceil(now / 1000) + fault.resetAfterSecs),
            }
          : undefined,
      );
    case "invalid-media":
      return invalidMedia();
    case "address":
      return problem(fault.status, { title: "Not Found", detail: `HTTP ${fault.status}`, type: "about:blank" });
    case "server-error":
      return serverError(fault.status, fault.body);
    default:
      return undefined;
  }
}

function serverError(status: number, body: "text" | "html" | "empty" | "json"): XResponse {
  if (body === "json") return problem(status, { title: "Internal Server Error", type: "about:blank" });
  const text = { text: "Service Unavailable", html: "<html><body>Over capacity</body></html>", empty: "" }[body];
  return { status, headers: { "content-type": body === "html" ? "text/html" : "text/plain" }, body: text };
}
