import { Readable } from "node:stream";
import { isServerError, isThrottlingError, isTransientError } from "@smithy/core/retry";
import type { Caller, CallFault } from "../caller.ts";

/** An HTTP request as an SDK hands it on. */
export interface HttpCall {
  method: string;
  path: string;
  query: Record<string, string | string[] | null | undefined>;
  headers: Record<string, string>;
  body: string;
}

export interface HttpAnswer {
  status: number;
  headers?: Record<string, string>;
  body: string | Uint8Array;
}

/** One of AWS's services. */
export interface Service {
  name: string;
  /** What a call is, as faults and the journal name it; for example `GetItem`. */
  operationOf: (call: HttpCall) => string;
  /** Makes the call happen, at this moment. */
  answer: (call: HttpCall, operation: string, caller: Caller, fault: CallFault | undefined) => HttpAnswer;
  /** An error as this service puts it. */
  refusal: (fault: { status: number; code: string; message: string }) => HttpAnswer;
}

/** What the world does with a call. */
export interface Wire {
  /** Draws what goes wrong with it, and writes it down. */
  faultOf: (caller: Caller, service: string, operation: string) => CallFault | undefined;
  /** Milliseconds that one way takes. */
  latency: () => number;
  wait: (ms: number, what: string, run: () => void, caller: Caller) => void;
  random: () => number;
  note: (line: string) => void;
}

/** Longer than any function lives. */
const foreverMs = 15 * 60_000;

const broken = () => Object.assign(new Error("read ECONNRESET"), { code: "ECONNRESET" });

interface Limits {
  requestTimeout?: number;
  throwOnRequestTimeout?: boolean;
}

/** A request handler for an SDK's client: from here on there is no network, only the world's time and its faults. */
function handlerFor(wire: Wire, service: Service, caller: Caller, limits: Limits) {
  return {
    metadata: { handlerProtocol: "h1" },
    destroy() {},
    updateHttpClientConfig() {},
    httpHandlerConfigs: () => ({}),
    handle(request: Omit<HttpCall, "body"> & { body?: unknown }): Promise<{ response: unknown }> {
      const call = { ...request, body: bodyOf(request.body) };
      const operation = service.operationOf(call);
      const what = `${caller.role} ${service.name} ${operation}`;
      return new Promise((resolve, reject) => {
        // A process that ended makes no calls any more.
        if (caller.isDead) return;
        const fault = wire.faultOf(caller, service.name, operation);
        if (fault?.kind === "kill" && fault.when === "before") return caller.kill(what);
        if (fault?.kind === "cut") return wire.wait(wire.latency(), `${what} cut`, () => reject(broken()), caller);
        const slow = fault?.kind === "slow" ? fault.ms : 0;
        if (fault?.kind === "hang" && limits.requestTimeout && limits.throwOnRequestTimeout) {
          const late = Object.assign(new Error("Connection timed out"), { name: "TimeoutError" });
          wire.wait(limits.requestTimeout, `${what} timed out`, () => reject(late), caller);
        } else if (fault?.kind === "hang") wire.wait(foreverMs, `${what} hung`, () => reject(broken()), caller);
        if (fault?.kind === "hang" && !fault.effect) return;
        const arrive = () => {
          const answer =
            fault?.kind === "refuse" ? service.refusal(fault) : service.answer(call, operation, caller, fault);
          wire.note(`${what} ${answer.status >= 300 ? `${answer.status} ${errorIn(answer)}` : answer.status}`);
          if (fault?.kind === "kill") return caller.kill(what);
          if (fault?.kind === "hang") return;
          const back = () =>
            fault?.kind === "lose-answer" ? reject(broken()) : resolve({ response: responseOf(answer, operation) });
          wire.wait(wire.latency(), `${what} back`, back, caller);
        };
        wire.wait(wire.latency() + slow, what, arrive, caller);
      });
    },
  };
}

const errorIn = ({ headers, body }: HttpAnswer) =>
  /#(\w+)|<Code>(\w+)/.exec(String(body))?.slice(1).find(Boolean) ?? headers?.["x-amzn-errortype"] ?? "";

function bodyOf(body: unknown): string {
  if (body === undefined || body === null) return "";
  if (typeof body === "string") return body;
  const { buffer, byteOffset, byteLength } = body as Uint8Array;
  return Buffer.from(buffer, byteOffset, byteLength).toString("latin1");
}

function responseOf({ status, headers = {}, body }: HttpAnswer, operation: string) {
  const bytes = typeof body === "string" ? Buffer.from(body) : body;
  return {
    statusCode: status,
    reason: "",
    headers: { "content-length": String(bytes.length), "x-amzn-requestid": "simulated", ...headers },
    // The one answer that is read as it comes.
    body:
      operation === "GetObject" && status === 200 ? Readable.from([bytes.subarray(0, 20), bytes.subarray(20)]) : bytes,
  };
}

const longestTries = 20_000;

/** The SDK's own decision what is worth another try, waiting in the world's time. */
function retriesOf(wire: Wire, caller: Caller, maxAttempts: number) {
  const token = (count: number) => ({ getRetryCount: () => count, getRetryDelay: () => 0, getRetryCost: () => 0 });
  return {
    acquireInitialRetryToken: async () => token(0),
    async refreshRetryTokenForRetry(last: ReturnType<typeof token>, { error }: { error: Error }) {
      const count = last.getRetryCount() + 1;
      const passes =
        isThrottlingError(error as never) || isTransientError(error as never) || isServerError(error as never);
      if (count >= maxAttempts || !passes) throw new Error("no further attempt");
      const ms = Math.min(longestTries, wire.random() * 100 * 2 ** count);
      await new Promise<void>((resolve) => wire.wait(ms, `${caller.role} tries again`, resolve, caller));
      return token(count);
    },
    recordSuccess() {},
  };
}

interface ClientConfig {
  requestHandler?: Limits;
  maxAttempts?: number;
  forcePathStyle?: boolean;
}

/** A client class of an SDK that reaches a model in the place of AWS, with the limits that its maker gave it. */
export function clientClass<T extends new (config: never) => object>(
  Real: T,
  wire: Wire,
  service: Service,
  caller: Caller,
): new (
  config?: ClientConfig,
) => object {
  return class extends (Real as unknown as new (config: object) => object) {
    constructor(config: ClientConfig = {}) {
      super({
        ...config,
        region: "eu-central-1",
        endpoint: `https://${service.name}.simulated`,
        credentials: { accessKeyId: "simulated", secretAccessKey: "simulated" },
        signer: { sign: async (request: unknown) => request },
        requestHandler: handlerFor(wire, service, caller, config.requestHandler ?? {}),
        // The rules of AWS's addresses are a program of their own, and longer than all the rest of a call.
        endpointProvider: ({ Bucket }: { Bucket?: string }) => ({
          url: new URL(`https://${service.name}.simulated/${Bucket ?? ""}`),
        }),
        retryStrategy: retriesOf(wire, caller, config.maxAttempts ?? 3),
        // The document client of lib-dynamodb refuses it.
        cacheMiddleware: service.name !== "dynamodb",
        // Without a method to call, nothing is made ready for a log that nobody reads.
        logger: {},
        defaultsMode: "standard",
        defaultUserAgentProvider: async () => [["simulated", "1"]],
        userAgentAppId: "",
        useDualstackEndpoint: false,
        useFipsEndpoint: false,
        accountIdEndpointMode: "disabled",
        disableS3ExpressSessionAuth: true,
        requestChecksumCalculation: "WHEN_REQUIRED",
        responseChecksumValidation: "WHEN_REQUIRED",
        forcePathStyle: true,
      });
    }
  };
}
