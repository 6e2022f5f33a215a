import { describe } from "vitest";
import { contractOf } from "./contract/contract.ts";
import { targets } from "./targets.ts";

describe.each(targets)("DynamoDB as we rely on it: $name", contractOf);
