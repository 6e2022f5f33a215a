import * as v from "valibot";
import { parseMultipart } from "./multipart.ts";
import { refuseRequest } from "./problems.ts";

/** A call of X's API, read in full. */
export interface ApiRequest {
  method: string;
  /** Absolute, as the caller addressed it: the signature covers it. */
  url: string;
  query: URLSearchParams;
  /** What stands in the path for `{id}`. */
  id: string;
  /** With its parameters; empty when absent. */
  contentType: string;
  authorization: string | undefined;
  body: Buffer;
}

/** Waited for by a handler right before its effect, so that a fault can hold it there; throws to stop it. */
export type BeforeEffect = () => Promise<void>;

export const digits = /^[0-9]{1,19}$/;

export function hasType(request: ApiRequest, type: string): boolean {
  return request.contentType.split(";", 1)[0]?.trim().toLowerCase() === type;
}

export function pathId(request: ApiRequest): string {
  if (!digits.test(request.id)) {
    refuseRequest(`The \`id\` query parameter value [${request.id}] does not match ^[0-9]{1,19}$`, {
      id: [request.id],
    });
  }
  return request.id;
}

/** A JSON body that fits the schema; anything else is answered 400. */
export function parseJson<T extends v.GenericSchema>(request: ApiRequest, schema: T): v.InferOutput<T> {
  const notAnObject = () => refuseRequest("Request body must be a JSON object.");
  if (request.body.length > 0 && !hasType(request, "application/json")) {
    refuseRequest("Requests with a body must have content-type application/json.");
  }
  let value: unknown;
  try {
    value = JSON.parse(request.body.toString("utf8"));
  } catch {
    return notAnObject();
  }
  if (value === null || typeof value !== "object" || Array.isArray(value)) return notAnObject();
  return check(schema, value);
}

/** The same for the fields of a multipart body, or for a JSON body where `media` is base64. */
export function parseUpload<T extends v.GenericSchema>(request: ApiRequest, schema: T): v.InferOutput<T> {
  if (!hasType(request, "multipart/form-data")) return parseJson(request, schema);
  const parts = parseMultipart(request.contentType, request.body);
  if (!parts) return refuseRequest("The multipart body is malformed.");
  const fields: Record<string, unknown> = {};
  for (const { name, data } of parts) {
    if (name in fields) refuseRequest(`$.${name}: is given more than once`, { [name]: [] });
    fields[name] = name === "media" ? data : data.toString("utf8");
  }
  return check(schema, fields);
}

function check<T extends v.GenericSchema>(schema: T, value: unknown): v.InferOutput<T> {
  const result = v.safeParse(schema, value);
  if (result.success) return result.output;
  const [issue] = result.issues;
  const path = v.getDotPath(issue) ?? "";
  const where = path === "" ? "$" : `$.${path}`;
  if (issue.type === "strict_object" && issue.expected === "never") {
    return refuseRequest(`${where}: is not defined in the schema and the schema does not allow additional properties`);
  }
  if (issue.received === "undefined") return refuseRequest(`${where}: is missing but it is required`);
  return refuseRequest(`${where}: ${issue.message}`);
}

// No pattern of groups of four: on a picture of 15 MB that overflows the stack.
const isBase64 = (text: string) => text.length % 4 === 0 && /^[A-Za-z0-9+/]*={0,2}$/.test(text);

/** Bytes of a multipart field, or base64 text of a JSON body; not empty. */
export const MediaBytes = v.pipe(
  v.custom<Buffer | string>((value) => typeof value === "string" || Buffer.isBuffer(value), "is not base64"),
  v.check((value) => typeof value !== "string" || isBase64(value), "is not base64"),
  v.transform((value) => (typeof value === "string" ? Buffer.from(value, "base64") : value)),
  v.check((bytes) => bytes.length > 0, "is empty"),
);
