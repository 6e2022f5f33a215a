import { it } from "vitest";
import { addUnderKills } from "./killed.ts";

it("adds 150 pictures once each, however often kill -9 ends it in between", { timeout: 300_000 }, () =>
  addUnderKills(150),
);
