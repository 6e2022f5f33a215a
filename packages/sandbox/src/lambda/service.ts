import { AwsError } from "../aws-error.ts";
import type { AwsAnswer, AwsRequest, AwsService } from "../aws-http.ts";
import { functionName } from "./container.ts";
import type { LambdaRuntime } from "./runtime.ts";

const address = /^\/2015-03-31\/functions\/([^/]+)\/invocations$/;

/**
 * Lambda's `Invoke`, to be mounted with `startAwsServer` beside the other services: a call that waits for its answer. What a
 * function throws is an answer too, with the header `X-Amz-Function-Error`.
 */
export function lambdaService({ invoke }: Pick<LambdaRuntime, "invoke">): AwsService {
  return {
    name: "lambda",
    matches: ({ path }) => path.startsWith("/2015-03-31/functions/"),
    read(request) {
      const name = calledOf(request);
      return {
        operation: "InvokeFunction",
        resource: functionName(name),
        perform: async () => answerOf(await invoke(name, payloadOf(request))),
      };
    },
    refuse: ({ status, code, message }) => ({
      status,
      headers: { "x-amzn-errortype": code },
      body: { Type: "User", Message: message, message },
    }),
  };
}

function calledOf({ method, path, query, headers }: AwsRequest): string {
  const [, name] = address.exec(path) ?? [];
  if (method !== "POST" || name === undefined)
    throw new AwsError("UnknownOperationException", `The sandbox's Lambda has no ${method} ${path}.`, 404);
  const type = headers["x-amz-invocation-type"] ?? "RequestResponse";
  if (type !== "RequestResponse" || ![null, "$LATEST"].includes(query.get("Qualifier")))
    throw new AwsError(
      "InvalidParameterValueException",
      `The sandbox's Lambda invokes the latest version and waits for its answer: it knows neither the type ${type} nor another qualifier.`,
    );
  return decodeURIComponent(name);
}

function payloadOf({ body }: AwsRequest): unknown {
  if (body === "") return {};
  try {
    return JSON.parse(body);
  } catch {
    throw new AwsError("InvalidRequestContentException", "Could not parse request body into json.");
  }
}

function answerOf(result: Awaited<ReturnType<LambdaRuntime["invoke"]>>): AwsAnswer {
  const headers = { "x-amz-executed-version": "$LATEST" };
  return "error" in result
    ? { status: 200, headers: { ...headers, "x-amz-function-error": "Unhandled" }, body: JSON.stringify(result.error) }
    : { status: 200, headers, body: JSON.stringify(result.payload) };
}
