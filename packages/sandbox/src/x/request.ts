import * as v from "valibot";
import { formFields, MalformedForm } from "../form-data.ts";
import { refuseRequest } from "./problems.ts";

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

export const digits = /^[0-9]{1,19}$/;

function hasType(request: ApiRequest, type: string): boolean {
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

/** The same for the fields of a multipart body. */
export function parseUpload<T extends v.GenericSchema>(request: ApiRequest, schema: T): v.InferOutput<T> {
  const fields: Record<string, unknown> = {};
  try {
    for (const { name, data } of formFields(request.body, request.contentType)) {
      if (name in fields) refuseRequest(`$.${name}: is given more than once`, { [name]: [] });
      fields[name] = name === "media" ? data : data.toString("utf8");
    }
  } catch (error) {
    if (!(error instanceof MalformedForm)) throw error;
    return refuseRequest("The multipart body is malformed.");
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
