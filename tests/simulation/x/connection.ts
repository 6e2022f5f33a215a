import { Duplex } from "node:stream";

export interface XRequest {
  method: string;
  /** With its query. */
  url: string;
  headers: Record<string, string>;
  body: Buffer;
}

export interface XResponse {
  status: number;
  headers?: Record<string, string>;
  body: string;
  /** The connection ends before the whole of the body has come. */
  cut?: boolean;
}

/** What becomes of a request that has come in whole. */
export interface Line {
  /** A sign of life. */
  touched: () => void;
  /** @returns false for a connection that died while it lay idle. */
  isAlive: (lastUsed: number) => boolean;
  now: () => number;
  request: (request: XRequest, reply: (response: XResponse) => void, fail: (error: Error) => void) => void;
}

/** One connection to X in memory, with just enough of HTTP/1.1 for what Node's own client sends. */
export class Connection extends Duplex {
  readonly #line: Line;
  #received: Buffer[] = [];
  #lastUsed: number;

  constructor(line: Line) {
    super({ allowHalfOpen: false });
    this.#line = line;
    this.#lastUsed = line.now();
  }

  // Node's agent asks these of a socket.
  setTimeout(): this {
    return this;
  }
  setKeepAlive(): this {
    return this;
  }
  setNoDelay(): this {
    return this;
  }
  ref(): this {
    return this;
  }
  unref(): this {
    return this;
  }
  destroySoon(): void {
    this.destroy();
  }

  override _read(): void {
    this.#line.touched();
  }

  override _write(chunk: Buffer, _encoding: string, done: (error?: Error | null) => void): void {
    this.#line.touched();
    if (this.#received.length === 0 && !this.#line.isAlive(this.#lastUsed)) {
      done(Object.assign(new Error("write EPIPE"), { code: "EPIPE" }));
      return;
    }
    this.#received.push(chunk);
    const request = parse(Buffer.concat(this.#received));
    done();
    if (request === undefined) return;
    this.#received = [];
    this.#line.request(
      request,
      (response) => this.#reply(response),
      (error) => this.destroy(error),
    );
  }

  #reply({ status, headers = {}, body, cut }: XResponse): void {
    if (this.destroyed) return;
    this.#lastUsed = this.#line.now();
    const bytes = Buffer.from(body);
    const head = [
      `HTTP/1.1 ${status} Simulated`,
      ...Object.entries({ "content-type": "application/json", ...headers }).map(([name, value]) => `${name}: ${value}`),
      `content-length: ${bytes.length}`,
      "connection: keep-alive",
    ];
    this.push(
      Buffer.concat([Buffer.from(`${head.join("\r\n")}\r\n\r\n`), cut ? bytes.subarray(0, bytes.length >> 1) : bytes]),
    );
    if (cut) setImmediate(() => this.destroy(Object.assign(new Error("read ECONNRESET"), { code: "ECONNRESET" })));
  }
}

/** @returns undefined as long as some of it is missing. */
function parse(received: Buffer): XRequest | undefined {
  const end = received.indexOf("\r\n\r\n");
  if (end < 0) return undefined;
  const [first = "", ...lines] = received.subarray(0, end).toString("latin1").split("\r\n");
  const [method = "", url = ""] = first.split(" ");
  const headers: Record<string, string> = {};
  for (const line of lines) {
    const colon = line.indexOf(":");
    headers[line.slice(0, colon).toLowerCase()] = line.slice(colon + 1).trim();
  }
  const rest = received.subarray(end + 4);
  if (headers["transfer-encoding"] === "chunked") {
    const body = unchunked(rest);
    return body && { method, url, headers, body };
  }
  const length = Number(headers["content-length"] ?? 0);
  return rest.length < length ? undefined : { method, url, headers, body: rest.subarray(0, length) };
}

function unchunked(bytes: Buffer): Buffer | undefined {
  const parts: Buffer[] = [];
  for (let at = 0; ; ) {
    const line = bytes.indexOf("\r\n", at);
    if (line < 0) return undefined;
    const size = Number.parseInt(bytes.subarray(at, line).toString("latin1"), 16);
    if (bytes.length < line + 2 + size + 2) return undefined;
    if (size === 0) return Buffer.concat(parts);
    parts.push(bytes.subarray(line + 2, line + 2 + size));
    at = line + 2 + size + 2;
  }
}
