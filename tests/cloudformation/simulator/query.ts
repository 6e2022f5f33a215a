import { randomUUID } from "node:crypto";
import { AwsError } from "@twobytwo/sandbox/aws-error";
import type { AwsRequest, AwsService } from "@twobytwo/sandbox/aws-http";

/** What a form says, with `Parameters.member.1.ParameterKey` as nested lists and objects. */
export type Form = { [name: string]: string | Form | (string | Form)[] };

/** Text, a list (each item a `<member>`), or a structure; undefined is left out. */
export type Xml = string | readonly Xml[] | { readonly [name: string]: Xml | undefined };

const entities: Record<string, string> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "\r": "&#13;" };
const escaped = (text: string) => text.replaceAll(/[&<>"\r]/g, (character) => entities[character] ?? "");

function inXml(value: Xml): string {
  if (typeof value === "string") return escaped(value);
  if (Array.isArray(value)) return value.map((item: Xml) => `<member>${inXml(item)}</member>`).join("");
  return Object.entries(value)
    .map(([name, item]) => (item === undefined ? "" : `<${name}>${inXml(item)}</${name}>`))
    .join("");
}

export function readForm(body: string): Form {
  const tree: Record<string, unknown> = {};
  for (const [name, value] of new URLSearchParams(body)) {
    const path = name.split(".");
    let at = tree;
    for (const part of path.slice(0, -1)) {
      at[part] ??= {};
      at = at[part] as Record<string, unknown>;
    }
    at[path.at(-1) ?? ""] = value;
  }
  return listed(tree) as Form;
}

/** `{ member: { 1: a, 2: b } }` is the list of a and b. */
function listed(value: unknown): unknown {
  if (typeof value !== "object" || value === null) return value;
  const fields = value as Record<string, unknown>;
  if (Object.keys(fields).join() === "member") return Object.values(fields["member"] as object).map(listed);
  return Object.fromEntries(Object.entries(fields).map(([name, inner]) => [name, listed(inner)]));
}

export const text = (form: Form, name: string): string | undefined => {
  const value = form[name];
  return typeof value === "string" ? value : undefined;
};
export const list = (form: Form, name: string): (string | Form)[] => {
  const value = form[name];
  return Array.isArray(value) ? value : [];
};

/** A service of AWS's Query protocol, told from others at the same address by the version of its API. */
export function queryService(service: {
  name: AwsService["name"];
  version: string;
  operations: Readonly<Record<string, (form: Form) => Xml | Promise<Xml>>>;
}): AwsService {
  const namespace = `https://${service.name}.amazonaws.com/doc/${service.version}/`;
  const headers = { "content-type": "text/xml" };
  return {
    name: service.name,
    matches: ({ headers: sent, body }: AwsRequest) =>
      String(sent["content-type"]).startsWith("application/x-www-form-urlencoded") &&
      new URLSearchParams(body).get("Version") === service.version,
    read({ body }) {
      const form = readForm(body);
      const operation = text(form, "Action") ?? "";
      const perform = service.operations[operation];
      if (perform === undefined) throw new AwsError("InvalidAction", `Could not find operation ${operation}`);
      return {
        operation,
        perform: async () => {
          const result = inXml(await perform(form));
          const metadata = `<ResponseMetadata><RequestId>${randomUUID()}</RequestId></ResponseMetadata>`;
          const answer = `<${operation}Result>${result}</${operation}Result>${metadata}`;
          return {
            status: 200,
            headers,
            body: `<${operation}Response xmlns="${namespace}">${answer}</${operation}Response>`,
          };
        },
      };
    },
    refuse({ status, code, message }) {
      const error = inXml({ Type: status < 500 ? "Sender" : "Receiver", Code: code, Message: message });
      return {
        status,
        headers,
        body: `<ErrorResponse xmlns="${namespace}"><Error>${error}</Error><RequestId>${randomUUID()}</RequestId></ErrorResponse>`,
      };
    },
  };
}
