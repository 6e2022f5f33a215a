import type { Item, Json } from "./dynalite.ts";
import { errorCode } from "./service-error.ts";

/** dynalite drops what its rules do not name, and they do not name this one. */
export const conditionFailureTypes = {
  ReturnValuesOnConditionCheckFailure: { type: "String", enum: ["ALL_OLD", "NONE"] },
};

/** What the failed condition was checked against, where the request asked for it and the item exists. */
export function itemOfFailure(input: Json, error: unknown, found: Item | undefined): { Item?: Item } {
  const wanted = input["ReturnValuesOnConditionCheckFailure"] === "ALL_OLD";
  return wanted && found && errorCode(error) === "ConditionalCheckFailedException" ? { Item: found } : {};
}
