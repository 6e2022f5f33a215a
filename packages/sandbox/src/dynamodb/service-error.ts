import type { Json } from "./dynalite.ts";

/** An error as DynamoDB answers it; dynalite's own errors have the same two properties. */
export class ServiceError extends Error {
  override readonly name = "ServiceError";
  readonly statusCode: number;
  readonly body: Json;

  constructor(statusCode: number, body: Json) {
    super(`${body["__type"]}: ${body["message"] ?? body["Message"] ?? ""}`);
    this.statusCode = statusCode;
    this.body = body;
  }
}

/** The request itself is wrong, whatever is stored. */
export function validationError(message: string): ServiceError {
  return new ServiceError(400, { __type: "com.amazon.coral.validate#ValidationException", message });
}

export function isServiceError(error: unknown): error is Error & { statusCode: number; body: Json } {
  return error instanceof Error && "statusCode" in error && "body" in error;
}

/** The code without its namespace, for example `ConditionalCheckFailedException`; undefined for any other error. */
export function errorCode(error: unknown): string | undefined {
  return isServiceError(error) ? String(error.body["__type"]).split("#").pop() : undefined;
}
