import { request } from "node:http";
import { afterEach, describe, expect, it } from "vitest";
import { AwsError } from "../../src/aws-error.ts";
import type { Emulator } from "../../src/emulator.ts";
import { startFunctionUrl } from "../../src/lambda/function-url.ts";
import { eventOf, responseOf } from "../../src/lambda/function-url-event.ts";
import type { InvokeResult } from "../../src/lambda/result.ts";

const opened: Emulator[] = [];
afterEach(async () => {
  for (const emulator of opened.splice(0)) await emulator.close();
});

type Answer = (event: ReturnType<typeof eventOf>) => unknown;

async function serve(answer: Answer, options: { mostAtOnce?: number; port?: number } = {}): Promise<Emulator> {
  const url = await startFunctionUrl({
    ...options,
    invoke: async (event) => ({
      requestId: "1",
      durationMs: 1,
      payload: await answer(event as ReturnType<typeof eventOf>),
    }),
    randomUuid: () => "e1506fd5-9e7b-434f-bd42-4f8fa224b599",
  });
  opened.push(url);
  return url;
}

const echo: Answer = (event) => ({ statusCode: 200, body: JSON.stringify(event) });

describe("the event of a function URL", () => {
  it("has the shape that AWS documents", () => {
    const event = eventOf(
      {
        method: "POST",
        target: "/my/path?parameter1=value1&parameter1=value2&parameter2=value",
        headers: {
          host: "localhost:4202",
          cookie: "cookie1=value1; cookie2=value2",
          "content-type": "application/json",
          "user-agent": "agent",
          "x-many": ["a", "b"] as unknown as string,
        },
        body: Buffer.from("Hello from client!"),
        sourceIp: "127.0.0.1",
      },
      "id",
    );
    // docs.aws.amazon.com, "Invoking Lambda function URLs", request payload format.
    expect(event).toEqual({
      version: "2.0",
      routeKey: "$default",
      rawPath: "/my/path",
      rawQueryString: "parameter1=value1&parameter1=value2&parameter2=value",
      cookies: ["cookie1=value1", "cookie2=value2"],
      headers: {
        host: "localhost:4202",
        "content-type": "application/json",
        "user-agent": "agent",
        "x-many": "a,b",
        "x-forwarded-for": "127.0.0.1",
        "x-forwarded-port": "4202",
        "x-forwarded-proto": "http",
      },
      requestContext: {
        accountId: "anonymous",
        apiId: "sandbox",
        domainName: "localhost:4202",
        domainPrefix: "localhost:4202",
        http: { method: "POST", path: "/my/path", protocol: "HTTP/1.1", sourceIp: "127.0.0.1", userAgent: "agent" },
        requestId: "id",
        routeKey: "$default",
        stage: "$default",
      },
      body: "Hello from client!",
      isBase64Encoded: false,
    });
  });

  it("leaves out what a request does not have, and keeps the percent-encoding of its path", async () => {
    const { url } = await serve(echo);
    const event = await (await fetch(`${url}/a%2Fb%20c`)).json();
    expect(event).toMatchObject({ rawPath: "/a%2Fb%20c", rawQueryString: "", isBase64Encoded: false });
    for (const name of ["cookies", "body"]) expect(Object.hasOwn(event, name)).toBe(false);
  });

  it("carries text as it is and everything else in base64", async () => {
    const { url } = await serve(echo);
    const sent = async (type: string, body: BodyInit) =>
      (await fetch(url, { method: "POST", body, headers: { "content-type": type } })).json();
    expect(await sent("application/json", '{"ü":1}')).toMatchObject({ body: '{"ü":1}', isBase64Encoded: false });
    expect(await sent("image/png", new Uint8Array([0, 255]))).toMatchObject({ body: "AP8=", isBase64Encoded: true });
    expect(await sent("application/x-www-form-urlencoded", "a=1")).toMatchObject({ isBase64Encoded: true });
  });
});

describe("the answer of a function URL", () => {
  it("is what the function says, with its cookies and its bytes", async () => {
    const { url } = await serve(() => ({
      statusCode: 201,
      headers: { "Content-Type": "image/png", "X-Number": 1 },
      cookies: ["a=1; Path=/", "b=2"],
      body: "AP8=",
      isBase64Encoded: true,
    }));
    const answer = await fetch(url);
    expect(answer.status).toBe(201);
    expect(answer.headers.getSetCookie()).toEqual(["a=1; Path=/", "b=2"]);
    expect(answer.headers.get("x-number")).toBe("1");
    expect(new Uint8Array(await answer.arrayBuffer())).toEqual(new Uint8Array([0, 255]));
  });

  it("is the result itself as JSON where that has no status", () => {
    expect(responseOf({ message: "hi" })).toMatchObject({
      status: 200,
      headers: { "content-type": "application/json" },
    });
    expect(responseOf({ message: "hi" }).body.toString()).toBe('{"message":"hi"}');
    expect(responseOf("plain").body.toString()).toBe("plain");
  });

  it("has no body for HEAD, and none with 204", async () => {
    const { url } = await serve((event) => ({ statusCode: event.rawPath === "/none" ? 204 : 200, body: "text" }));
    const head = await fetch(url, { method: "HEAD" });
    expect(head.headers.get("content-length")).toBe("4");
    expect(await head.text()).toBe("");
    expect((await fetch(`${url}/none`)).status).toBe(204);
  });
});

describe("the limits of a function URL", () => {
  it("refuse what comes beyond the reserved concurrency, and nothing afterwards", async () => {
    const gate = Promise.withResolvers<void>();
    const entered = Promise.withResolvers<void>();
    let running = 0;
    const { url } = await serve(
      async () => {
        running += 1;
        if (running === 2) entered.resolve();
        await gate.promise;
        return { statusCode: 200, body: "done" };
      },
      { mostAtOnce: 2 },
    );
    const two = [fetch(url), fetch(url)];
    await entered.promise;
    const third = await fetch(url);
    expect(third.status).toBe(429);
    expect(await third.json()).toEqual({ Message: "Rate Exceeded." });
    gate.resolve();
    expect((await Promise.all(two)).map(({ status }) => status)).toEqual([200, 200]);
    expect((await fetch(url)).status).toBe(200);
  });

  it("refuse a body over 6 MB, and answer 502 where the function fails or cannot be invoked", async () => {
    let outcome: InvokeResult | Error = new AwsError("RequestTooLargeException", "too large");
    const told: string[] = [];
    const emulator = await startFunctionUrl({
      invoke: async () => {
        if (outcome instanceof Error) throw outcome;
        return outcome;
      },
      onError: (text) => told.push(text),
    });
    opened.push(emulator);
    const large = await fetch(emulator.url, { method: "POST", body: Buffer.alloc(7_000_000) });
    expect(large.status).toBe(413);
    // In base64 it is larger than it came.
    expect((await fetch(emulator.url, { method: "POST", body: Buffer.alloc(5_000_000) })).status).toBe(413);
    outcome = { requestId: "1", durationMs: 1, error: { errorType: "Error", errorMessage: "secret", trace: [] } };
    const failed = await fetch(emulator.url);
    expect(failed.status).toBe(502);
    expect(await failed.text()).not.toContain("secret");
    expect(told).toEqual(["Error: secret"]);
  });

  it("are of this machine: a port that is taken gives way to a free one, and nobody else is served", async () => {
    const first = await serve(echo);
    const second = await serve(echo, { port: Number(new URL(first.url).port) });
    expect(second.url).not.toBe(first.url);
    expect((await fetch(second.url)).status).toBe(200);
  });

  it("do not mind a client that hangs up in the middle of its request", async () => {
    const { url } = await serve(echo);
    const { port } = new URL(url);
    await new Promise<void>((resolve) => {
      const cut = request({ port, host: "127.0.0.1", method: "POST", headers: { "content-length": 100 } });
      cut.on("error", () => resolve());
      cut.write("half");
      cut.on("socket", (socket) => socket.on("connect", () => socket.destroy()));
    });
    expect((await fetch(url)).status).toBe(200);
  });
});
