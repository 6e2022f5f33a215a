import * as v from "valibot";
import type { Problem } from "../../contract.ts";
import { WebProblem } from "./problem.ts";
import type { WebContext } from "./web-env.ts";

/** Far more than any request of the app needs; pictures go to the bucket. */
const mostBytes = 64 * 1024;

/** @throws WebProblem `too-large` or `invalid`, with what is wrong by the field's path. */
export async function bodyOf<Schema extends v.GenericSchema>(
  c: WebContext,
  schema: Schema,
): Promise<v.InferOutput<Schema>> {
  if (Number(c.req.header("content-length") ?? 0) > mostBytes) throw tooLarge();
  const bytes = await c.req.arrayBuffer();
  if (bytes.byteLength > mostBytes) throw tooLarge();
  return checked(schema, parse(bytes));
}

/** For requests without content: their body is `{}`. */
export const Nothing = v.strictObject({});

const tooLarge = () =>
  new WebProblem("too-large", `A request can have up to ${mostBytes / 1024} kB. Pictures go to the bucket.`);

function parse(bytes: ArrayBuffer): unknown {
  try {
    return JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(bytes));
  } catch (error) {
    throw new WebProblem("invalid", "The body is not JSON.", {}, { cause: error });
  }
}

/** The query parameters. A name that appears twice is an error. */
export function queryOf<Schema extends v.GenericSchema>(c: WebContext, schema: Schema): v.InferOutput<Schema> {
  const query = Object.entries(c.req.queries()).map(([name, values]) => [
    name,
    values.length === 1 ? values[0] : values,
  ]);
  return checked(schema, Object.fromEntries(query));
}

function checked<Schema extends v.GenericSchema>(schema: Schema, value: unknown): v.InferOutput<Schema> {
  const parsed = v.safeParse(schema, value);
  if (parsed.success) return parsed.output;
  const mistakes = parsed.issues.map((issue): NonNullable<Problem["mistakes"]>[number] => ({
    path: v.getDotPath(issue) ?? "",
    message: issue.message,
  }));
  const [first] = mistakes;
  const detail = [first?.path, first?.message].filter(Boolean).join(": ");
  throw new WebProblem("invalid", `${detail}.`, { mistakes });
}
