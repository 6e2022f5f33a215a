import { runtimeError, StateError } from "./errors.ts";
import { type Json, type Path, parsePath, type Roots, readPath } from "./json-path.ts";

/** What stands at the right of a field that ends in `.$`. */
type Expression =
  | { kind: "path"; text: string; path: Path }
  | { kind: "literal"; value: Json }
  | { kind: "call"; text: string; name: keyof typeof functions; args: Expression[] };

const failure = (message: string) => new StateError("States.IntrinsicFailure", message);

function argument<T extends Json>(value: Json | undefined, isRight: (value: Json) => boolean, kind: string): T {
  if (value !== undefined && isRight(value)) return value as T;
  throw failure(`expected ${kind}, but got ${JSON.stringify(value)}`);
}
const text = (value: Json | undefined) => argument<string>(value, (one) => typeof one === "string", "a string");
const list = (value: Json | undefined) => argument<Json[]>(value, Array.isArray, "an array");
const integer = (value: Json | undefined) =>
  Math.round(argument<number>(value, (one) => typeof one === "number", "a number"));

const functions = {
  "States.StringSplit": ([value, delimiters]: Json[]): Json => {
    let pieces = [text(value)];
    // Each character divides by itself, and there are no empty pieces.
    for (const character of text(delimiters)) pieces = pieces.flatMap((piece) => piece.split(character));
    return pieces.filter((piece) => piece !== "");
  },
  "States.Array": (values: Json[]): Json => [...values],
  "States.ArrayGetItem": ([array, position]: Json[]): Json => {
    const item = list(array)[integer(position)];
    if (item === undefined) throw failure(`there is no item ${JSON.stringify(position)}`);
    return item;
  },
  "States.MathAdd": ([left, right]: Json[]): Json => integer(left) + integer(right),
};

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
  const quoted = /^'([^'\\]*)'/.exec(rest);
  if (quoted?.[1] !== undefined) return [{ kind: "literal", value: quoted[1] }, at + quoted[0].length];
  const word = /^(?:true|false|null|-?\d+(?:\.\d+)?)(?=[\s,)]|$)/.exec(rest)?.[0];
  if (word) return [{ kind: "literal", value: JSON.parse(word) as Json }, at + word.length];
  const found = /^\$(?:[^\s,)[\]]|\[[^\]]*\])*/.exec(rest)?.[0];
  const path = found && parsePath(found);
  if (path) return [{ kind: "path", text: found, path }, at + found.length];
  throw new Error(`${found || `'${rest}'`} is neither a path to one place nor a function that the sandbox has`);
}

function parseCall(text: string, start: number, afterBrace: number): [Expression, number] {
  const name = text.slice(start, afterBrace - 1);
  if (!Object.hasOwn(functions, name)) throw new Error(`the function ${name} is not in the sandbox`);
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
  return [{ kind: "call", text: text.slice(start, at + 1), name: name as keyof typeof functions, args }, at + 1];
}

function skipBlanks(text: string, start: number): number {
  let at = start;
  while (text[at] === " ") at += 1;
  return at;
}

/**
 * @throws StateError `States.Runtime` where a path leads nowhere, `States.IntrinsicFailure` where a function
 *   cannot use what it was given.
 */
export function evaluate(expression: Expression, roots: Roots): Json {
  if (expression.kind === "literal") return expression.value;
  if (expression.kind === "path") {
    const value = readPath(expression.path, roots);
    if (value === undefined) throw runtimeError(`The JSONPath '${expression.text}' could not be found in the input.`);
    return value;
  }
  const values = expression.args.map((argument) => evaluate(argument, roots));
  try {
    return functions[expression.name](values);
  } catch (error) {
    if (!(error instanceof StateError)) throw error;
    throw new StateError(error.name, `The function '${expression.text}' had the following error: ${error.message}`);
  }
}

/** Fills in a template: what stands at a key that ends in `.$` is an expression. */
export function fill(template: Json, roots: Roots): Json {
  if (Array.isArray(template)) return template.map((item) => fill(item, roots));
  if (typeof template !== "object" || template === null) return template;
  return Object.fromEntries(
    Object.entries(template).map(([key, value]) =>
      key.endsWith(".$")
        ? [key.slice(0, -2), evaluate(parseExpression(String(value)), roots)]
        : [key, fill(value, roots)],
    ),
  );
}
