/** A value as it goes over the wire: `{ S: "text" }`, `{ N: "1" }`, … */
export type Value = Record<string, unknown>;
export type Item = Record<string, Value>;

export interface Names {
  ExpressionAttributeNames?: Record<string, string>;
  ExpressionAttributeValues?: Record<string, Value>;
}

/** What DynamoDB refuses of an expression or of what it meets in a row. */
export class Invalid extends Error {}

const tokenOf = /\s*(?:(<>|<=|>=|[=<>(),+\-[\]])|([#:]?[A-Za-z_][\w-]*|\d+)|(\.))/y;

function tokens(text: string): string[] {
  const found: string[] = [];
  tokenOf.lastIndex = 0;
  while (tokenOf.lastIndex < text.trimEnd().length) {
    const match = tokenOf.exec(text);
    if (match === null) throw new Invalid(`Invalid expression: Syntax error; ${text}`);
    found.push(match[1] ?? match[2] ?? match[3] ?? "");
  }
  return found;
}

/** Reads conditions, filters and updates word by word; what it does not know is refused, never passed over. */
export class Reader {
  readonly #tokens: string[];
  #at = 0;
  readonly text: string;
  readonly names: Names;

  constructor(text: string, names: Names) {
    this.text = text;
    this.names = names;
    this.#tokens = tokens(text);
  }

  peek(ahead = 0): string {
    return this.#tokens[this.#at + ahead] ?? "";
  }

  word(): string {
    const token = this.peek();
    this.#at += 1;
    return token;
  }

  is(word: string): boolean {
    if (this.peek().toUpperCase() !== word) return false;
    this.#at += 1;
    return true;
  }

  want(word: string): void {
    if (!this.is(word)) throw new Invalid(`Invalid expression: Syntax error; token: "${this.peek()}" in ${this.text}`);
  }

  atEnd(): boolean {
    return this.#at >= this.#tokens.length;
  }

  path(): string {
    const word = this.word();
    const name = word.startsWith("#") ? this.names.ExpressionAttributeNames?.[word] : word;
    if (name === undefined)
      throw new Invalid(`An expression attribute name used in the document is not defined: ${word}`);
    if (this.peek() === "." || this.peek() === "[") throw new Invalid(`This model knows no nested paths: ${this.text}`);
    return name;
  }

  value(word: string): Value {
    const value = this.names.ExpressionAttributeValues?.[word];
    if (value === undefined)
      throw new Invalid(`An expression attribute value used in expression is not defined: ${word}`);
    return value;
  }
}

export const typeOf = (value: Value) => Object.keys(value)[0] ?? "";
const inner = (value: Value) => value[typeOf(value)];

export function isEqual(one: Value | undefined, other: Value | undefined): boolean {
  if (one === undefined || other === undefined || typeOf(one) !== typeOf(other)) return false;
  if (typeOf(one) === "N") return Number(inner(one)) === Number(inner(other));
  return JSON.stringify(one) === JSON.stringify(other);
}

/** Undefined for values of different types, which DynamoDB never finds in order. */
function order(one: Value | undefined, other: Value | undefined): number | undefined {
  if (one === undefined || other === undefined || typeOf(one) !== typeOf(other)) return undefined;
  const [a, b] = [inner(one), inner(other)];
  if (typeOf(one) === "N") return Number(a) - Number(b);
  return String(a) < String(b) ? -1 : String(a) > String(b) ? 1 : 0;
}

type Test = (item: Item) => boolean;
type Operand = (item: Item) => Value | undefined;

/** Whether a row, or nothing, fulfils a condition. */
export function holds(text: string | undefined, names: Names, item: Item | undefined): boolean {
  if (text === undefined) return true;
  const reader = new Reader(text, names);
  const test = either(reader);
  if (!reader.atEnd()) throw new Invalid(`Invalid expression: Syntax error; ${text}`);
  return test(item ?? {});
}

function either(reader: Reader): Test {
  const tests = [both(reader)];
  while (reader.is("OR")) tests.push(both(reader));
  return (item) => tests.some((test) => test(item));
}

function both(reader: Reader): Test {
  const tests = [single(reader)];
  while (reader.is("AND")) tests.push(single(reader));
  return (item) => tests.every((test) => test(item));
}

function single(reader: Reader): Test {
  if (reader.is("NOT")) {
    const test = single(reader);
    return (item) => !test(item);
  }
  if (reader.is("(")) {
    const test = either(reader);
    reader.want(")");
    return test;
  }
  if (reader.peek(1) === "(" && reader.peek() !== "size") return called(reader);
  const left = operand(reader);
  if (reader.is("BETWEEN")) {
    const low = operand(reader);
    reader.want("AND");
    const high = operand(reader);
    return (item) => (order(left(item), low(item)) ?? -1) >= 0 && (order(left(item), high(item)) ?? 1) <= 0;
  }
  if (reader.is("IN")) {
    reader.want("(");
    const all = [operand(reader)];
    while (reader.is(",")) all.push(operand(reader));
    reader.want(")");
    return (item) => all.some((one) => isEqual(left(item), one(item)));
  }
  return compared(reader.word(), left, operand(reader));
}

function compared(how: string, left: Operand, right: Operand): Test {
  const by =
    (fits: (order: number) => boolean): Test =>
    (item) => {
      const found = order(left(item), right(item));
      return found !== undefined && fits(found);
    };
  switch (how) {
    case "=":
      return (item) => isEqual(left(item), right(item));
    case "<>":
      return (item) => !isEqual(left(item), right(item));
    case "<":
      return by((found) => found < 0);
    case "<=":
      return by((found) => found <= 0);
    case ">":
      return by((found) => found > 0);
    case ">=":
      return by((found) => found >= 0);
    default:
      throw new Invalid(`Invalid expression: Syntax error; token: "${how}"`);
  }
}

function called(reader: Reader): Test {
  const name = reader.word();
  reader.want("(");
  const attribute = reader.path();
  const other = reader.is(",") ? operand(reader) : () => undefined;
  reader.want(")");
  switch (name) {
    case "attribute_exists":
      return (item) => item[attribute] !== undefined;
    case "attribute_not_exists":
      return (item) => item[attribute] === undefined;
    case "begins_with":
      return (item) => String(item[attribute]?.["S"] ?? "\0").startsWith(String(other(item)?.["S"]));
    case "attribute_type":
      return (item) => item[attribute]?.[String(other(item)?.["S"])] !== undefined;
    case "contains":
      return (item) => {
        const sought = other(item);
        const there = item[attribute];
        if (there?.["S"] !== undefined) return String(there["S"]).includes(String(sought?.["S"]));
        const set = (there?.["SS"] ?? []) as string[];
        return (
          set.includes(String(sought?.["S"])) || ((there?.["L"] ?? []) as Value[]).some((one) => isEqual(one, sought))
        );
      };
    default:
      throw new Invalid(`Invalid expression: Invalid function name; function: ${name}`);
  }
}

function operand(reader: Reader): Operand {
  if (reader.peek() === "size" && reader.peek(1) === "(") {
    reader.word();
    reader.want("(");
    const attribute = reader.path();
    reader.want(")");
    return (item) => {
      const there = item[attribute];
      return there && { N: String((inner(there) as string | unknown[]).length) };
    };
  }
  if (reader.peek().startsWith(":")) {
    const value = reader.value(reader.word());
    return () => value;
  }
  const attribute = reader.path();
  return (item) => item[attribute];
}
