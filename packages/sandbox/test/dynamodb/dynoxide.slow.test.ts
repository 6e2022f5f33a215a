import { describe, it } from "vitest";
import { contractOf } from "./contract/contract.ts";
import { dynoxide, whyNot } from "./dynoxide.ts";

describe("DynamoDB as we rely on it: dynoxide", () => {
  if (whyNot === undefined) contractOf(dynoxide);
  else it.skip(`is not checked, since ${whyNot}`);
});
