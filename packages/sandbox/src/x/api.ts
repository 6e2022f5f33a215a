import type { IncomingMessage } from "node:http";
import type { Call, Fault } from "../emulator.ts";
import { type Answer, Refused } from "./answer.ts";
import { hold, logCall, type XCall } from "./controls.ts";
import { answerInstead, gatewayAnswer, incompleteAnswer, malformedAnswer } from "./fault-answers.ts";
import { takeFault, type XFault } from "./faults.ts";
import { appendSegment, describeMedia, finalizeUpload, initializeUpload, uploadOneShot } from "./media-calls.ts";
import { isSigned } from "./oauth.ts";
import { billed, matchOperation, type XOperation } from "./operations.ts";
import { createPost, deletePost } from "./post-calls.ts";
import * as problems from "./problems.ts";
import { countCall, rateHeaders } from "./rate-limits.ts";
import { readOwnUser, readTimeline } from "./read-calls.ts";
import type { ApiRequest } from "./request.ts";
import type { X } from "./state.ts";

/** How an answer travels: whole, its headers and half of its body, or not at all before the connection is cut. */
export interface Delivery {
  answer: Answer;
  part: "whole" | "half" | "none";
}

const handlers: Record<XOperation, (x: X, request: ApiRequest) => Answer> = {
  "POST /2/media/upload": uploadOneShot,
  "POST /2/media/upload/initialize": initializeUpload,
  "POST /2/media/upload/{id}/append": appendSegment,
  "POST /2/media/upload/{id}/finalize": finalizeUpload,
  "POST /2/media/metadata": describeMedia,
  "POST /2/tweets": createPost,
  "DELETE /2/tweets/{id}": deletePost,
  "GET /2/users/me": readOwnUser,
  "GET /2/users/{id}/tweets": readTimeline,
};

const nothing: Answer = { status: 0, contentType: "", body: "" };
const cut: Delivery = { answer: nothing, part: "none" };
const whole = (answer: Answer): Delivery => ({ answer, part: "whole" });

/** A call of the API from its body to its answer; `body` is undefined when it was too large. */
export async function callApi(x: X, incoming: IncomingMessage, body: Buffer | undefined): Promise<Delivery> {
  const target = new URL(`http://${incoming.headers.host}${incoming.url}`);
  const method = incoming.method ?? "GET";
  const match = matchOperation(method, target.pathname);
  const fault = match.operation && takeFault(x.controls.faults, match.operation);
  const call: XCall = {
    at: new Date(x.clock()).toISOString(),
    method,
    path: withoutOauth(target),
    ...(match.operation ? { operation: match.operation } : {}),
    ...(fault ? { fault: fault.kind } : {}),
    status: "running",
  };
  logCall(x.controls, call);
  try {
    const delivery = match.operation
      ? await run(x, match.operation, fault, {
          method,
          url: target.href,
          query: target.searchParams,
          id: match.id,
          contentType: incoming.headers["content-type"] ?? "",
          authorization: incoming.headers.authorization,
          body,
        })
      : whole(match.knownPath ? problems.methodNotAllowed() : problems.notFound());
    call.status = delivery.part === "whole" ? delivery.answer.status : "cut";
    return delivery;
  } catch (error) {
    console.error(`the sandbox's X failed at ${method} ${target.pathname}:`, error);
    call.status = 500;
    return whole(problems.serverProblem(500));
  }
}

type Arrived = Omit<ApiRequest, "body"> & { body: Buffer | undefined };

async function run(
  x: X,
  operation: XOperation,
  fault: XFault | undefined,
  { body, ...head }: Arrived,
): Promise<Delivery> {
  if (fault?.kind === "cut") return cut;
  if (body === undefined) return whole(problems.tooLarge());
  const request: ApiRequest = { ...head, body };
  const instead = fault && answerInstead(x.clock, fault, operation);
  if (instead) return whole(withRateHeaders(x, operation, instead, fault));

  const hangs = fault?.kind === "hang";
  if (hangs && !fault.afterEffect) return held(x);
  const { answer, isLost } = await perform(x, operation, request);
  if (hangs) return held(x);
  if (isLost || fault?.kind === "lost-answer") return cut;
  return afterEffect(fault, answer);
}

async function held(x: X): Promise<Delivery> {
  await hold(x.controls);
  return cut;
}

function afterEffect(fault: XFault | undefined, answer: Answer): Delivery {
  const isSuccess = answer.status < 300;
  if (fault?.kind === "server-error") return whole(gatewayAnswer(fault));
  if (fault?.kind === "incomplete" && isSuccess) return whole(incompleteAnswer(answer, fault));
  if (fault?.kind === "cut-answer" && isSuccess) return { answer, part: "half" };
  if (fault?.kind === "malformed" && isSuccess) {
    return whole({ ...malformedAnswer(answer.status), headers: answer.headers ?? {} });
  }
  return whole(answer);
}

async function perform(x: X, operation: XOperation, request: ApiRequest): Promise<{ answer: Answer; isLost: boolean }> {
  let isLost = false;
  try {
    authenticate(x, request);
    countCall(x, operation);
    const intercepted = await intercept(x, operation, request);
    if (intercepted?.kind === "refuse") {
      throw new Refused(problems.refusal(intercepted.status, intercepted.code, intercepted.message));
    }
    if (intercepted?.kind === "cut") return { answer: nothing, isLost: true };
    isLost = intercepted?.kind === "lose-answer";
    takeCredit(x, operation);
    const answer = handlers[operation](x, request);
    if (operation === "POST /2/tweets" && x.controls.settings.credits !== null) x.controls.settings.credits -= 1;
    return { answer: withRateHeaders(x, operation, answer), isLost };
  } catch (error) {
    if (!(error instanceof Refused)) throw error;
    return { answer: withRateHeaders(x, operation, error.answer), isLost };
  }
}

function authenticate(x: X, { method, url, authorization }: ApiRequest): void {
  const port = { credentials: x.credentials, nonces: x.nonces, clock: x.authClock };
  if (!isSigned(port, { method, url, authorization })) throw new Refused(problems.unauthorized());
}

async function intercept(x: X, operation: XOperation, request: ApiRequest): Promise<Fault | undefined> {
  if (!x.intercept) return undefined;
  const call: Call = { service: "x", operation, accessKeyId: x.ownerId, ...(request.id && { resource: request.id }) };
  const interrupted = x.controls.closing.then((): Fault => ({ kind: "cut" }));
  return Promise.race([x.intercept(call), interrupted]);
}

/** The balance may dip below zero when several posts come at once: a post is paid for when it is accepted. */
function takeCredit(x: X, operation: XOperation): void {
  const { credits } = x.controls.settings;
  if (credits !== null && credits <= 0 && billed.has(operation)) throw new Refused(problems.creditsDepleted("new"));
}

function withRateHeaders(x: X, operation: XOperation, answer: Answer, fault?: XFault): Answer {
  const isFromGateway = answer.status >= 500 || fault?.kind === "rate-limited";
  return isFromGateway ? answer : { ...answer, headers: { ...rateHeaders(x, operation), ...answer.headers } };
}

function withoutOauth(target: URL): string {
  const query = new URLSearchParams([...target.searchParams].filter(([name]) => !name.startsWith("oauth_")));
  return query.size > 0 ? `${target.pathname}?${query}` : target.pathname;
}
