import type { Json } from "./definition.ts";
import { format, intrinsic } from "./intrinsics.ts";
import { type Path, parsePath, type Roots, readPath } from "./json-path.ts";
import { runtimeError, StateError } from "./state-error.ts";

/** What stands at the right of a field that ends in `.$`. */
export type Expression =
  | { kind: "path"; text: string; path: Path }
  /** `raw` still has the backslashes of a string, which tell `\{` from `{`. */
  | { kind: "literal"; value: Json; raw?: string }
  | { kind: "call"; text: string; name: string; args: Expression[] };

/** @throws Error that says what is wrong with it. */
export function parseExpression(text: string): Expression {
  const [expression, end] = parseAt(text, 0);
  if (end !== text.length) throw new Error(`'${text.slice(end)}' is left over at the end of ${text}`);
  return expression;
}

function parseAt(text: string, start: number): [Expression, number] {
  const at = skipBlanks(text, start);
  const rest = text.slice(at);
  const call = /^States\.\w+\(/.exec(rest)?.[0];
  if (call) return parseCall(text, at, at + call.length);
  const raw = /^'((?:[^'\\]|\\.)*)'/s.exec(rest);
  if (raw?.[1] !== undefined) return [{ kind: "literal", value: unescaped(raw[1]), raw: raw[1] }, at + raw[0].length];
  const word = /^(?:true|false|null|-?\d+(?:\.\d+)?(?:[eE][-+]?\d+)?)(?=[\s,)]|$)/.exec(rest)?.[0];
  if (word) return [{ kind: "literal", value: JSON.parse(word) as Json }, at + word.length];
  const found = /^\$(?:[^\s,)[\]]|\[[^\]]*\])*/.exec(rest)?.[0];
  const path = found && parsePath(found);
  if (path) return [{ kind: "path", text: found, path }, at + found.length];
  throw new Error(`${found || `'${rest}'`} is neither a path to one place nor a function that the sandbox has`);
}

function parseCall(text: string, start: number, afterBrace: number): [Expression, number] {
  const name = text.slice(start, afterBrace - 1);
  if (!intrinsic(name)) throw new Error(`the function ${name} is not in the sandbox`);
  const args: Expression[] = [];
  let at = skipBlanks(text, afterBrace);
  while (text[at] !== ")") {
    if (args.length > 0) {
      if (text[at] !== ",") throw new Error(`a comma or a closing brace is missing in ${text}`);
      at += 1;
    }
    const [argument, end] = parseAt(text, at);
    args.push(argument);
    at = skipBlanks(text, end);
  }
  return [{ kind: "call", text: text.slice(start, at + 1), name, args }, at + 1];
}

function skipBlanks(text: string, start: number): number {
  let at = start;
  while (text[at] === " ") at += 1;
  return at;
}

function unescaped(raw: string): string {
  return raw.replace(/\\(.)/gs, "$1");
}

/**
 * @throws StateError `States.Runtime` where a path leads nowhere, `States.IntrinsicFailure` where a function
 *   cannot use what it was given.
 */
export function evaluate(expression: Expression, roots: Roots): Json {
  switch (expression.kind) {
    case "literal":
      return expression.value;
    case "path": {
      const value = readPath(expression.path, roots);
      if (value === undefined) throw runtimeError(`The JSONPath '${expression.text}' could not be found in the input.`);
      return value;
    }
    case "call":
      return call(expression, roots);
  }
}

function call(expression: Expression & { kind: "call" }, roots: Roots): Json {
  const values = expression.args.map((argument) => evaluate(argument, roots));
  try {
    const [template] = expression.args;
    if (expression.name === "States.Format" && template?.kind === "literal" && template.raw !== undefined)
      return format(pieces(template.raw), values.slice(1));
    const result = intrinsic(expression.name)?.(values);
    if (result === undefined) throw new StateError("States.IntrinsicFailure", "it gave no result");
    return result;
  } catch (error) {
    if (!(error instanceof StateError)) throw error;
    throw new StateError(error.name, `The function '${expression.text}' had the following error: ${error.message}`);
  }
}

/** Divides a template at its `{}`, but not at `\{}`. */
function pieces(raw: string): string[] {
  const found = [""];
  for (const [token] of raw.matchAll(/\\.|\{\}|./gs)) {
    if (token === "{}") found.push("");
    else found.push(`${found.pop()}${unescaped(token)}`);
  }
  return found;
}
