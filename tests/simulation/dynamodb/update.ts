import { Invalid, type Item, type Names, Reader, typeOf, type Value } from "./expression.ts";

/** A row after an UpdateExpression. @throws Invalid as DynamoDB does, for a number added to a text among others. */
export function updated(text: string, names: Names, before: Item): Item {
  const reader = new Reader(text, names);
  const after = { ...before };
  while (!reader.atEnd()) {
    const clause = reader.word().toUpperCase();
    do {
      const path = reader.path();
      if (clause === "SET") {
        reader.want("=");
        after[path] = sum(reader, before);
      } else if (clause === "REMOVE") delete after[path];
      else if (clause === "ADD") after[path] = added(before[path], reader.value(reader.word()));
      else if (clause === "DELETE") remove(after, path, reader.value(reader.word()));
      else throw new Invalid(`Invalid UpdateExpression: Syntax error; token: "${clause}"`);
    } while (reader.is(","));
  }
  return after;
}

const wrongType = () => new Invalid("An operand in the update expression has an incorrect data type");

function sum(reader: Reader, item: Item): Value {
  let total = term(reader, item);
  for (;;) {
    const sign = reader.is("+") ? 1 : reader.is("-") ? -1 : 0;
    if (sign === 0) return total;
    const more = term(reader, item);
    if (total["N"] === undefined || more["N"] === undefined) throw wrongType();
    total = { N: String(Number(total["N"]) + sign * Number(more["N"])) };
  }
}

function term(reader: Reader, item: Item): Value {
  if (reader.peek() === "if_not_exists" && reader.peek(1) === "(") {
    reader.word();
    reader.want("(");
    const path = reader.path();
    reader.want(",");
    const otherwise = term(reader, item);
    reader.want(")");
    return item[path] ?? otherwise;
  }
  if (reader.peek() === "list_append" && reader.peek(1) === "(") {
    reader.word();
    reader.want("(");
    const one = term(reader, item);
    reader.want(",");
    const other = term(reader, item);
    reader.want(")");
    return { L: [...(one["L"] as Value[]), ...(other["L"] as Value[])] };
  }
  if (reader.peek().startsWith(":")) return reader.value(reader.word());
  const value = item[reader.path()];
  if (value === undefined)
    throw new Invalid("The provided expression refers to an attribute that does not exist in the item");
  return value;
}

function added(there: Value | undefined, more: Value): Value {
  const type = typeOf(more);
  if (there !== undefined && typeOf(there) !== type) throw wrongType();
  if (type === "N") return { N: String(Number(there?.["N"] ?? 0) + Number(more["N"])) };
  if (type !== "SS") throw wrongType();
  return { SS: [...new Set([...((there?.["SS"] ?? []) as string[]), ...(more["SS"] as string[])])].sort() };
}

function remove(after: Item, path: string, less: Value): void {
  const there = after[path];
  if (there === undefined) return;
  if (there["SS"] === undefined || less["SS"] === undefined) throw wrongType();
  const left = (there["SS"] as string[]).filter((one) => !(less["SS"] as string[]).includes(one));
  if (left.length === 0) delete after[path];
  else after[path] = { SS: left };
}
