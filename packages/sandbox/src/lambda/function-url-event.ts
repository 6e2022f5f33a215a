import type { IncomingHttpHeaders } from "node:http";

export interface UrlRequest {
  method: string;
  /** Path and query as they were sent, with their percent-encoding. */
  target: string;
  headers: IncomingHttpHeaders;
  body: Buffer;
  sourceIp: string;
}

export interface UrlResponse {
  status: number;
  headers: Record<string, string | string[]>;
  body: Buffer;
}

/** As text they arrive as they are, everything else in base64. */
const textTypes = /^(text\/|application\/(json|javascript|xml)\b|application\/[\w.+-]+\+(json|xml)\b)/i;

/**
 * A request as a function URL hands it to the function: payload format 2.0; docs.aws.amazon.com, "Invoking Lambda
 * function URLs". Where AWS has the name of the URL, here is the host that the client asked for; the
 * time and the parsed query, which nobody reads, are not there.
 */
export function eventOf(request: UrlRequest, requestId: string) {
  const [rawPath = "/", ...query] = request.target.split("?");
  const rawQueryString = query.join("?");
  const { cookie, ...headers } = request.headers;
  const host = headers.host ?? "localhost";
  const isText = textTypes.test(headers["content-type"] ?? "");
  return {
    version: "2.0",
    routeKey: "$default",
    rawPath,
    rawQueryString,
    ...(cookie !== undefined && { cookies: cookie.split(/;\s*/) }),
    headers: {
      ...Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, [value].flat().join(",")])),
      host,
      "x-forwarded-for": request.sourceIp,
      "x-forwarded-port": new URL(`http://${host}`).port || "80",
      "x-forwarded-proto": "http",
    },
    requestContext: {
      accountId: "anonymous",
      apiId: "sandbox",
      domainName: host,
      domainPrefix: host.split(".")[0] ?? host,
      http: {
        method: request.method,
        path: rawPath,
        protocol: "HTTP/1.1",
        sourceIp: request.sourceIp,
        userAgent: headers["user-agent"] ?? "",
      },
      requestId,
      routeKey: "$default",
      stage: "$default",
    },
    ...(request.body.length > 0 && { body: request.body.toString(isText ? "utf8" : "base64") }),
    isBase64Encoded: request.body.length > 0 && !isText,
  };
}

interface Result {
  statusCode?: unknown;
  headers?: Record<string, unknown>;
  cookies?: unknown[];
  body?: unknown;
  isBase64Encoded?: boolean;
}

/** What a function URL makes of a function's result; one without a status is the JSON of an answer itself. */
export function responseOf(result: unknown): UrlResponse {
  const { statusCode, headers = {}, cookies = [], body, isBase64Encoded } = (result ?? {}) as Result;
  if (typeof result !== "object" || result === null || statusCode === undefined)
    return {
      status: 200,
      headers: { "content-type": "application/json" },
      body: Buffer.from(typeof result === "string" ? result : JSON.stringify(result ?? null)),
    };
  const text = body === undefined || body === null ? "" : typeof body === "string" ? body : JSON.stringify(body);
  return {
    status: Number(statusCode),
    headers: {
      "content-type": "application/json",
      ...Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), String(value)])),
      ...(cookies.length > 0 && { "set-cookie": cookies.map(String) }),
    },
    body: Buffer.from(text, isBase64Encoded ? "base64" : "utf8"),
  };
}
