import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { signedHeaders } from "@twobytwo/sandbox/test/signed-headers";

/** One request to DynamoDB, and what it cost. */
export interface MeteredCall {
  operation: string;
  /** The function that asked: in the sandbox each signs as itself. */
  caller: string;
  readUnits: number;
  writeUnits: number;
  /** Bytes of the answer. */
  bytes: number;
}

export interface DynamoDbMeter {
  url: string;
  /** All calls since the last time it was asked. */
  take(): MeteredCall[];
  close(): Promise<void>;
}

const reads = new Set(["GetItem", "Query", "Scan", "BatchGetItem", "TransactGetItems"]);

/**
 * Stands before the sandbox's DynamoDB and asks with every request for the capacity that it consumed, signed anew for the
 * same caller: the functions are measured as they are deployed.
 */
export async function dynamoDbMeter(target: () => string, secret: () => string): Promise<DynamoDbMeter> {
  let calls: MeteredCall[] = [];
  const server = createServer((request, response) => {
    pass(request, response, { url: target(), secretAccessKey: secret() }).then(
      (call) => calls.push(call),
      () => response.destroy(),
    );
  });
  server.keepAliveTimeout = 0;
  await new Promise<void>((resolve, reject) => server.once("error", reject).listen(0, "127.0.0.1", resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    take() {
      const taken = calls;
      calls = [];
      return taken;
    },
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

async function pass(
  request: IncomingMessage,
  response: ServerResponse,
  { url, secretAccessKey }: { url: string; secretAccessKey: string },
): Promise<MeteredCall> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk);
  const asked = JSON.parse(Buffer.concat(chunks).toString("utf8"));
  const { authorization = "", "x-amz-target": api = "" } = request.headers;
  const operation = String(api).split(".")[1] ?? "";
  const accessKeyId = /Credential=([^/,\s]+)\//.exec(authorization)?.[1] ?? "";
  const body = JSON.stringify({ ...asked, ReturnConsumedCapacity: "TOTAL" });
  const headers = await signedHeaders(
    { accessKeyId, secretAccessKey },
    {
      url,
      service: "dynamodb",
      headers: { "x-amz-target": String(api), "content-type": "application/x-amz-json-1.0" },
      body,
      now: Date.now(),
    },
  );
  const answer = await fetch(url, { method: "POST", headers, body });
  const { ConsumedCapacity, ...rest } = (await answer.json()) as Answer;
  const bytes = Buffer.from(JSON.stringify(rest));
  response.writeHead(answer.status, { "content-type": "application/x-amz-json-1.0", "content-length": bytes.length });
  response.end(bytes);
  const units = [ConsumedCapacity ?? []].flat().reduce((sum, { CapacityUnits }) => sum + CapacityUnits, 0);
  return {
    operation,
    caller: accessKeyId,
    readUnits: reads.has(operation) ? units : 0,
    writeUnits: reads.has(operation) ? 0 : units,
    bytes: bytes.length,
  };
}

interface Answer {
  ConsumedCapacity?: Consumed | Consumed[];
}
interface Consumed {
  CapacityUnits: number;
}
