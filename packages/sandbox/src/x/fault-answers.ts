import { STATUS_CODES } from "node:http";
import type { Clock } from "@twobytwo/core/clock";
import type { Answer } from "./answer.ts";
import type { XFault } from "./faults.ts";
import type { XOperation } from "./operations.ts";
import * as problems from "./problems.ts";
import { limits } from "./rate-limits.ts";

type OfKind<K extends XFault["kind"]> = Extract<XFault, { kind: K }>;

/** The answer that a fault gives in place of a call; undefined when the call is made all the same. */
export function answerInstead(clock: Clock, fault: XFault, operation: XOperation): Answer | undefined {
  switch (fault.kind) {
    case "unauthorized":
      return problems.unauthorized();
    case "duplicate":
      return problems.duplicate();
    case "oauth1-permissions":
      return problems.oauth1Permissions();
    case "client-not-enrolled":
    case "user-not-enrolled":
      return problems.notEnrolled(fault.kind);
    case "user-suspended":
      return problems.userSuspended();
    case "forbidden":
      return problems.forbidden(fault.detail);
    case "invalid-media":
      return problems.invalidMedia(["1880028106020515840"]);
    case "credits-depleted":
      return problems.creditsDepleted(fault.form ?? "new");
    case "spend-cap":
      return problems.spendCap(fault.form ?? "new", firstOfNextMonth(clock()));
    case "rate-limited":
      return rateLimited(clock, fault, operation);
    case "wrong-address":
      return problems.refusal(fault.status, "wrong-address", STATUS_CODES[fault.status] ?? "Gone");
    case "server-error":
      return fault.afterEffect ? undefined : gatewayAnswer(fault);
    case "cut":
    case "lost-answer":
    case "cut-answer":
    case "malformed":
    case "hang":
    case "incomplete":
      return undefined;
  }
}

interface TimelineBody {
  data?: { attachments?: unknown }[];
  includes?: unknown;
  errors?: unknown[];
  meta?: { result_count: number; next_token?: string };
}

/** A page of the timeline with less than there is. */
export function incompleteAnswer(answer: Answer, { how }: OfKind<"incomplete">): Answer {
  const page = JSON.parse(String(answer.body)) as TimelineBody;
  if (page.data === undefined && how !== "errors" && how !== "some-errors") return answer;
  return { ...answer, body: JSON.stringify(lessOf(page, how)) };
}

function lessOf(page: TimelineBody, how: OfKind<"incomplete">["how"]): TimelineBody {
  const { data = [], meta } = page;
  const without = ({ attachments: _, ...post }: { attachments?: unknown }) => post;
  switch (how) {
    case "errors":
      return { errors: [problems.timelineProblem] };
    case "some-errors":
      return { ...page, errors: [problems.timelineProblem] };
    case "empty":
      return { meta: { result_count: 0 } };
    case "no-attachments":
      return { ...page, data: data.map(without) };
    case "some-attachments":
      return { ...page, data: data.map((post, index) => (index === 0 ? without(post) : post)) };
    case "cut-short":
      return { ...page, data: data.slice(0, 1), meta: { result_count: Math.min(data.length, 1) } };
    case "hidden":
      return { ...page, data: data.slice(1), meta: { ...meta, result_count: Math.max(data.length - 1, 0) } };
  }
}

/** 503 comes as plain text from X's gateway, the others as HTML. */
export function gatewayAnswer({ status, body }: OfKind<"server-error">): Answer {
  const title = STATUS_CODES[status] ?? "Error";
  switch (body ?? (status === 503 ? "text" : "html")) {
    case "text":
      return { status, contentType: "text/plain", body: title };
    case "html":
      return {
        status,
        contentType: "text/html",
        body: `<html><head><title>${status} ${title}</title></head><body><h1>${status} ${title}</h1></body></html>`,
      };
    case "empty":
      return { status, contentType: "text/plain", body: "" };
    case "json":
      return problems.serverProblem(status);
  }
}

export function malformedAnswer(status: number): Answer {
  return { status, contentType: "application/json; charset=utf-8", body: "<!DOCTYPE html><title>X</title>" };
}

function rateLimited(clock: Clock, fault: OfKind<"rate-limited">, operation: XOperation): Answer {
  const answer = fault.form === "legacy" ? problems.legacyRateLimit() : problems.tooManyRequests();
  if (fault.headers === false) return answer;
  const reset = Math.ceil(clock() / 1000) + (fault.resetAfterSecs ?? 900);
  return {
    ...answer,
    headers: {
      "x-rate-limit-limit": String(limits[operation]),
      "x-rate-limit-remaining": "0",
      "x-rate-limit-reset": String(reset),
    },
  };
}

function firstOfNextMonth(now: number): string {
  const date = new Date(now);
  return new Date(Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + 1, 1)).toISOString().slice(0, 10);
}
