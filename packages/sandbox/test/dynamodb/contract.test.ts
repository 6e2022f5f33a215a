import { describe } from "vitest";
import { contractOf } from "./contract/contract.ts";
import { onDisk } from "./targets.ts";

describe("DynamoDB as we rely on it: the sandbox", () => contractOf(onDisk));
