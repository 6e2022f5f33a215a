import type { IncomingHttpHeaders } from "node:http";
import * as v from "valibot";
import { AwsError, invalid } from "./aws-error.ts";
import type { Call, Intercept } from "./emulator.ts";
import type { Answer, AwsEmulator, Incoming } from "./http-answer.ts";
import { serveAnswers } from "./in-process.ts";
import { readWhole } from "./local-server.ts";
import { type Credentials, callerOf, claimOf, encodeUri, headerMap, sha256 } from "./signature-v4.ts";

/** One request, read to its end. */
export interface AwsRequest {
  method: string;
  /** With its percent-encoding, without the query. */
  path: string;
  query: URLSearchParams;
  headers: IncomingHttpHeaders;
  body: string;
}

export interface AwsAnswer {
  status: number;
  headers?: Record<string, string>;
  /** Sent as JSON unless it is a string. */
  body: unknown;
}

/** What a request asks for; nothing has happened until `perform` is called, and that is called at most once. */
export interface AwsOperation extends Pick<Call, "operation" | "resource" | "rows" | "parts"> {
  perform(): AwsAnswer | Promise<AwsAnswer>;
}

/** One service behind the shared address, in the protocol that the real one speaks. */
export interface AwsService {
  /** As signatures name it as well. */
  name: Call["service"];
  matches(request: AwsRequest): boolean;
  /** @throws AwsError where the request cannot be understood. */
  read(request: AwsRequest): AwsOperation;
  /** An error in the form of the protocol, so that the SDK makes its own exception of it. */
  refuse(error: { status: number; code: string; message: string }): AwsAnswer;
}

export type Json = Record<string, unknown>;

/** @throws AwsError `ValidationException` that names the field. */
export function checkInput<S extends v.GenericSchema>(schema: S, input: Json): v.InferOutput<S> {
  const parsed = v.safeParse(schema, input);
  if (parsed.success) return parsed.output;
  const [issue] = parsed.issues;
  throw invalid(`${v.getDotPath(issue) ?? "The request"}: ${issue.message}`);
}

/** An ARN of the sandbox's one account, for example of `states` and `stateMachine:post-square`. */
export const arn = (service: string, resource: string) => `arn:aws:${service}:us-east-1:000000000000:${resource}`;

const serialization = (message: string) => new AwsError("SerializationException", message);

/** @throws AwsError `SerializationException` */
export function parseJson(body: string): Json {
  try {
    const value: unknown = JSON.parse(body || "{}", body.includes("null") ? withoutNulls : undefined);
    if (typeof value === "object" && value !== null && !Array.isArray(value)) return value as Json;
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
  }
  throw serialization("The body of the request is not a JSON object.");
}

/** A null member is an absent one; dynalite would fall over it deep inside and take the process along. To ask about each is slow. */
function withoutNulls(this: unknown, _key: string, value: unknown): unknown {
  if (value === null && Array.isArray(this)) throw serialization("A list has a null in it.");
  return value ?? undefined;
}

/**
 * A service of awsJson1_0 or 1_1: `POST /` with `x-amz-target: <prefix>.<Operation>`.
 * `handle` may answer an error itself, as `{ status: 400, body: { __type, message } }`, or throw an AwsError.
 */
export function jsonService(service: {
  name: Call["service"];
  /** For example `AmazonSSM`. */
  prefix: string;
  version: "1.0" | "1.1";
  about: (input: Json) => Pick<Call, "resource" | "rows" | "parts">;
  handle: (operation: string, input: Json) => AwsAnswer | Promise<AwsAnswer>;
}): AwsService {
  const headers = { "content-type": `application/x-amz-json-${service.version}` };
  const target = ({ headers }: AwsRequest) => String(headers["x-amz-target"] ?? "");
  return {
    name: service.name,
    matches: (request) => target(request).startsWith(`${service.prefix}.`),
    read(request) {
      const operation = target(request).slice(service.prefix.length + 1);
      const input = parseJson(request.body);
      const perform = async () => ({ ...(await service.handle(operation, input)), headers });
      return { operation, ...service.about(input), perform };
    },
    refuse: ({ status, code, message }) => ({ status, headers, body: { __type: code, message } }),
  };
}

/** As DynamoDB limits one request; those of the other services are far smaller. */
const maxBody = 16 * 1024 * 1024;

async function readRequest(request: Incoming): Promise<AwsRequest & { bytes: Buffer }> {
  const [path = "/", query = ""] = (request.url ?? "/").split("?", 2);
  const bytes = await readWhole(request, maxBody);
  if (!bytes) throw new AwsError("RequestEntityTooLarge", `The body has more than ${maxBody} bytes.`, 413);
  return {
    bytes,
    method: request.method ?? "GET",
    path,
    query: new URLSearchParams(query),
    headers: request.headers,
    body: bytes.toString("utf8"),
  };
}

function serviceFor(services: AwsService[], request: AwsRequest): AwsService {
  const service = services.find((candidate) => candidate.matches(request));
  if (service) return service;
  const target = request.headers["x-amz-target"] ? ` (${request.headers["x-amz-target"]})` : "";
  const known = services.map(({ name }) => name).join(", ");
  const message = `The sandbox has no service for ${request.method} ${request.path}${target}; here are ${known}.`;
  throw new AwsError("NotImplemented", message, 501);
}

function written(answer: AwsAnswer | "cut"): Answer {
  if (answer === "cut") return answer;
  const { status, headers, body } = answer;
  const bytes = Buffer.from(typeof body === "string" ? body : JSON.stringify(body));
  const length = String(bytes.length);
  return { status, headers: { "content-type": "application/json", ...headers, "content-length": length }, body: bytes };
}

const refuseAsJson: AwsService["refuse"] = ({ status, code, message }) => ({
  status,
  headers: { "x-amzn-errortype": code },
  body: { __type: code, message },
});

/** S3 signs in a way of its own (`s3/signature.ts`). */
function callerOfRequest(credentials: Credentials, service: string, request: AwsRequest & { bytes: Buffer }): string {
  const headers = headerMap(request.headers);
  return callerOf(credentials, service, claimOf(headers), {
    method: request.method,
    // As it was sent, and encoded once more: only S3 signs a path as it is.
    path: request.path.split("/").map(encodeUri).join("/"),
    query: [...request.query],
    headers,
    payload: sha256(request.bytes),
  });
}

async function handle(
  { services, credentials, intercept }: AwsServerOptions,
  incoming: Incoming,
): Promise<AwsAnswer | "cut"> {
  let refuse = refuseAsJson;
  let isLost = false;
  try {
    const request = await readRequest(incoming);
    const service = serviceFor(services, request);
    refuse = service.refuse;
    const accessKeyId = callerOfRequest(credentials, service.name, request);
    const { perform, ...about } = service.read(request);
    const fault = await intercept?.({ service: service.name, accessKeyId, ...about });
    if (fault?.kind === "cut") return "cut";
    if (fault?.kind === "refuse") return refuse(fault);
    isLost = fault?.kind === "lose-answer";
    const answer = await perform();
    return isLost ? "cut" : answer;
  } catch (error) {
    // The caller hung up while it was sending: nobody is left to be told.
    if (incoming.destroyed && !incoming.readableEnded) return "cut";
    if (error instanceof AwsError) return isLost ? "cut" : refuse(error);
    console.error(`The sandbox failed at ${incoming.method} ${incoming.url}:`, error);
    const message = error instanceof Error ? error.message : String(error);
    return isLost ? "cut" : refuse({ status: 500, code: "InternalFailure", message });
  }
}

export interface AwsServerOptions {
  services: AwsService[];
  credentials: Credentials;
  /** Sees each call after its signature was found right. */
  intercept?: Intercept;
}

/** One address for several AWS services, to be given to the SDK as `AWS_ENDPOINT_URL`. */
export function startAwsServer(options: AwsServerOptions): Promise<AwsEmulator> {
  return serveAnswers(async (request) => written(await handle(options, request)));
}
