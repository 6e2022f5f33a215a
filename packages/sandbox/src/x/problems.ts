import { STATUS_CODES } from "node:http";
import { type Answer, Refused, sortedJson } from "./answer.ts";

const base = "https://api.x.com/2/problems/";
const oldBase = "https://api.twitter.com/2/problems/";

/** `application/problem+json` with X's alphabetical keys; `status` inside the body is left out where X leaves it out. */
function problem(status: number, body: Record<string, unknown>): Answer {
  return { status, contentType: "application/problem+json", body: sortedJson(body) };
}

function blank(status: number, detail: string, title = STATUS_CODES[status] ?? "Error"): Answer {
  return problem(status, { detail, status, title, type: "about:blank" });
}

/** @param parameters those that are wrong, with their values */
function invalidRequest(message: string, parameters: Record<string, string[]>): Answer {
  return problem(400, {
    detail: "One or more parameters to your request was invalid.",
    errors: [{ message, parameters }],
    title: "Invalid Request",
    type: `${base}invalid-request`,
  });
}

export function refuseRequest(message: string, parameters: Record<string, string[]> = {}): never {
  throw new Refused(invalidRequest(message, parameters));
}

export const unauthorized = () => blank(401, "Unauthorized");
export const notFound = () => blank(404, "Not Found");
export const methodNotAllowed = () => blank(405, "Method Not Allowed");
export const tooLarge = () => blank(413, "Payload Too Large");
export const tooManyRequests = () => blank(429, "Too Many Requests");
export const serverProblem = (status: number) => blank(status, STATUS_CODES[status] ?? "Error");
export const forbidden = (detail = "You are not permitted to perform this action.") => blank(403, detail);
export const duplicate = () => forbidden("You are not allowed to create a Tweet with duplicate content.");

/** Expired, unfinished, foreign and unknown ids all look the same. */
export function invalidMedia(ids: readonly string[]): Answer {
  return invalidRequest("Your media IDs are invalid.", { "media.media_ids": [`[${ids.join(",")}]`] });
}

/** The token was made while the app was read-only. */
export const oauth1Permissions = (): Answer => ({
  ...problem(403, {
    detail: "Your client app is not configured with the appropriate oauth1 app permissions for this endpoint.",
    status: 403,
    title: "Forbidden",
    type: `${base}oauth1-permissions`,
  }),
  headers: { "x-access-level": "read" },
});

/** `client-not-enrolled`: the app is not in a paid package; `user-not-enrolled`: the posting account is no developer. */
export const notEnrolled = (reason: "client-not-enrolled" | "user-not-enrolled") =>
  problem(403, {
    client_id: "1",
    detail:
      reason === "client-not-enrolled"
        ? "When authenticating requests to the X API v2 endpoints, you must use keys and tokens from a developer App that is attached to a Project."
        : "The account used for authentication must have a developer account.",
    reason,
    registration_url: "https://console.x.com",
    required_enrollment: "Appropriate Level of API Access",
    status: 403,
    title: "Client Forbidden",
    type: `${base}client-forbidden`,
  });

export const userSuspended = () =>
  problem(403, {
    detail: "The user used for authentication is suspended",
    status: 403,
    title: "Forbidden",
    type: `${base}user-suspended`,
  });

/** The old form has no `status` and the old `type`; X sent it up to the middle of 2026. */
export const creditsDepleted = (form: "new" | "old") =>
  form === "new"
    ? problem(402, {
        detail: "credits depleted",
        status: 402,
        title: "Payment Required",
        type: `${base}credits-depleted`,
      })
    : problem(402, {
        account_id: 123,
        detail: "Your enrolled account [123] does not have any credits to fulfill this request.",
        title: "CreditsDepleted",
        type: `${oldBase}credits`,
      });

export const spendCap = (form: "new" | "old", resetDate: string) =>
  form === "new"
    ? problem(403, {
        detail: "Your monthly spend cap has been reached.",
        status: 403,
        title: "Forbidden",
        type: `${base}spend-cap-reached`,
      })
    : problem(403, {
        account_id: 123,
        detail: `Your enrolled account [123] has reached its billing cycle spend cap. The cap resets on ${resetDate}.`,
        reset_date: resetDate,
        title: "SpendCapReached",
        type: `${oldBase}credits`,
      });

export const legacyRateLimit = (): Answer => ({
  status: 429,
  contentType: "application/json; charset=utf-8",
  body: sortedJson({ errors: [{ code: 88, message: "Rate limit exceeded" }] }),
});

/** X answers reads of things that are not there with 200, `errors` and no `data`. */
export const userNotFound = (id: string) => ({
  errors: [
    {
      detail: `Could not find user with id: [${id}].`,
      parameter: "id",
      resource_id: id,
      resource_type: "user",
      title: "Not Found Error",
      type: `${base}resource-not-found`,
      value: id,
    },
  ],
});

/** A refusal that somebody's `intercept` made up; `code` becomes the last segment of `type`. */
export function refusal(status: number, code: string, message: string): Answer {
  return problem(status, { detail: message, status, title: STATUS_CODES[status] ?? code, type: `${base}${code}` });
}

/** In the place of posts, or beside them: 200 all the same. */
export const timelineProblem = {
  title: "Service Unavailable",
  detail: "Some posts could not be read.",
  type: "https://api.x.com/2/problems/service-unavailable",
} as const;
