/** Thrown by an operation of AWS: what the caller is told, in the form of the service's protocol. */
export class AwsError extends Error {
  readonly status: number;
  readonly code: string;

  constructor(code: string, message: string, status = 400) {
    super(message);
    this.name = code;
    this.code = code;
    this.status = status;
  }
}

export const invalid = (message: string) => new AwsError("ValidationException", message);

/** What AWS has and the sandbox has not, so that nobody takes it for a mistake of their own. */
export const notImplemented = (service: string, operation: string) =>
  new AwsError("NotImplemented", `The sandbox's ${service} has no ${operation}.`, 501);
