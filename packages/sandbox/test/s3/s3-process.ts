/** A server in a process of its own, which a test may kill. Its address is the first line that it prints. */
import { startS3 } from "../../src/s3/server.ts";
import { credentials } from "../fixed-keys.ts";

const [, , directory = ""] = process.argv;
const s3 = await startS3({ directory, credentials });
console.log(s3.url);
