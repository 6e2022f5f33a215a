import { startDynamoDb } from "../../src/dynamodb/server.ts";
import { credentials } from "../fixed-keys.ts";

/** A process of its own with a directory, for tests that kill it. Says its address, then serves until it is killed. */
const directory = process.argv[2];
if (directory === undefined) throw new Error("usage: serve.ts <directory>");
console.log((await startDynamoDb({ credentials, directory })).url);
