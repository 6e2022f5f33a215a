import { read, type Scope, StatesError } from "./paths.ts";

const failure = (text: string) => new StatesError("States.IntrinsicFailure", `This interpreter cannot compute ${text}`);

/** `States.MathAdd($.count, 1)` and the like, one inside the other. */
export function intrinsic(text: string, scope: Scope): unknown {
  const reader = { text, at: 0 };
  const value = term(reader, scope);
  if (reader.at < text.length) throw failure(text);
  return value;
}

interface Reader {
  text: string;
  at: number;
}

function term(reader: Reader, scope: Scope): unknown {
  skip(reader);
  const rest = reader.text.slice(reader.at);
  if (rest.startsWith("'")) return quoted(reader);
  const call = /^States\.(\w+)\(/.exec(rest);
  if (call !== null) {
    reader.at += call[0].length;
    return compute(call[1]!, args(reader, scope), reader.text);
  }
  const word = /^[^,()\s]+/.exec(rest)?.[0] ?? "";
  if (word === "") throw failure(reader.text);
  reader.at += word.length;
  if (word.startsWith("$")) return read(word, scope);
  return JSON.parse(word) as unknown;
}

function args(reader: Reader, scope: Scope): unknown[] {
  const found: unknown[] = [];
  skip(reader);
  while (reader.text[reader.at] !== ")") {
    found.push(term(reader, scope));
    skip(reader);
    if (reader.text[reader.at] === ",") reader.at += 1;
    else if (reader.text[reader.at] !== ")") throw failure(reader.text);
    skip(reader);
  }
  reader.at += 1;
  return found;
}

function quoted(reader: Reader): string {
  let value = "";
  for (reader.at += 1; reader.text[reader.at] !== "'"; reader.at += 1) {
    if (reader.at >= reader.text.length) throw failure(reader.text);
    if (reader.text[reader.at] === "\\") reader.at += 1;
    value += reader.text[reader.at];
  }
  reader.at += 1;
  return value;
}

function skip(reader: Reader): void {
  while (reader.text[reader.at] === " ") reader.at += 1;
}

function compute(name: string, [one, two, ...more]: unknown[], text: string): unknown {
  switch (name) {
    case "MathAdd":
      if (typeof one !== "number" || typeof two !== "number") throw failure(text);
      return one + two;
    case "Array":
      return [one, two, ...more].filter(
        (_, index) =>
          index < 2 + more.length && (index !== 1 || two !== undefined) && (index !== 0 || one !== undefined),
      );
    case "ArrayGetItem":
      if (!Array.isArray(one) || !Number.isInteger(two) || (two as number) >= one.length) throw failure(text);
      return one[two as number];
    case "ArrayLength":
      if (!Array.isArray(one)) throw failure(text);
      return one.length;
    case "ArrayContains":
      if (!Array.isArray(one)) throw failure(text);
      return one.some((item) => JSON.stringify(item) === JSON.stringify(two));
    case "StringSplit":
      if (typeof one !== "string" || typeof two !== "string" || two === "") throw failure(text);
      // Each character of the second is a separator, and empty parts are left out.
      return one.split(new RegExp(`[${two.replaceAll(/[\\\]^-]/g, "\\$&")}]`)).filter((part) => part !== "");
    case "Format": {
      const values = [two, ...more];
      return String(one).replaceAll("{}", () => {
        const value = values.shift();
        return typeof value === "string" ? value : JSON.stringify(value);
      });
    }
    case "StringToJson":
      try {
        return JSON.parse(String(one)) as unknown;
      } catch {
        throw failure(text);
      }
    case "JsonToString":
      return JSON.stringify(one);
    default:
      throw failure(text);
  }
}
