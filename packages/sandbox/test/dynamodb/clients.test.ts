import { once } from "node:events";
import { request } from "node:http";
import { connect as connectSocket } from "node:net";
import { PutCommand } from "@aws-sdk/lib-dynamodb";
import { expect, it } from "vitest";
import { keys } from "../fixed-keys.ts";
import { signedHeaders } from "../signed-headers.ts";
import { createTable } from "./contract/bench.ts";
import { ids, start, TableName } from "./started.ts";

it("clients that hang up in the middle of a request do no harm", async () => {
  const { url, client } = await start();
  const { port, hostname } = new URL(url);
  const socket = connectSocket(Number(port), hostname);
  await once(socket, "connect");
  const head = [
    "POST / HTTP/1.1",
    "Host: localhost",
    "X-Amz-Target: DynamoDB_20120810.PutItem",
    "Content-Length: 1000",
  ];
  socket.write(`${head.join("\r\n")}\r\n\r\n{"TableName":`);
  socket.resetAndDestroy();
  await once(socket, "close");
  await createTable(client, TableName);
  expect(await ids(client)).toEqual([]);
});

it("clients that hang up before the answer do no harm, and their write is whole", async () => {
  let arrived = () => {};
  let proceed = () => {};
  const held = new Promise<void>((resolve) => {
    arrived = resolve;
  });
  const released = new Promise<void>((resolve) => {
    proceed = resolve;
  });
  const { client } = await start({
    intercept: async ({ operation }) => {
      if (operation === "PutItem") arrived();
      if (operation === "PutItem") await released;
      return undefined;
    },
  });
  await createTable(client, TableName);
  const abort = new AbortController();
  const put = client.send(new PutCommand({ TableName, Item: { id: "a" } }), { abortSignal: abort.signal });
  await held;
  abort.abort();
  await expect(put).rejects.toMatchObject({ name: "AbortError" });
  proceed();
  await expect.poll(() => ids(client)).toEqual(["a"]);
});

it("clients get an error for what is no DynamoDB", async () => {
  const { url } = await start();
  const ask = async (target: string, body: string, change: Record<string, string> = {}) => {
    const headers = { "x-amz-target": target, "content-type": "application/x-amz-json-1.0" };
    const signed = await signedHeaders(keys, { url, service: "dynamodb", headers, body, now: Date.now() });
    const answer = await fetch(url, { method: "POST", headers: { ...signed, ...change }, body });
    return { status: answer.status, ...(await answer.json()) };
  };
  expect(await ask("DynamoDB_20120810.ListTables", "{}")).toEqual({ status: 200, TableNames: [] });
  expect(await ask("DynamoDB_20120810.toString", "{}")).toMatchObject({
    status: 501,
    __type: "NotImplemented",
    message: "The sandbox's DynamoDB has no toString.",
  });
  for (const body of ["{", "[]", "null", '{"Limit":[null]}']) {
    expect(await ask("DynamoDB_20120810.ListTables", body)).toMatchObject({
      status: 400,
      __type: "SerializationException",
    });
  }
  expect(await ask("DynamoDB_20120810.ListTables", "{}", { authorization: "Basic abc" })).toMatchObject({
    status: 400,
    __type: "MissingAuthenticationTokenException",
  });
});

it("clients with a request of more than 16 MB are refused", async () => {
  const { url } = await start();
  const large = request(url, { method: "POST", headers: { "x-amz-target": "DynamoDB_20120810.PutItem" } });
  large.end(Buffer.alloc(16 * 1024 * 1024 + 1));
  const [answer] = await once(large, "response");
  expect(answer.statusCode).toBe(413);
  answer.resume();
});
