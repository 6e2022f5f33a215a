/** A service on this machine that speaks the protocol of the real one over HTTP, on 127.0.0.1 alone. */
export interface Emulator {
  /** For example `http://127.0.0.1:41234`, without a slash at the end. */
  readonly url: string;
  /** Ends open connections and writes what is not yet on disk; may be called twice. */
  close(): Promise<void>;
}

/** Attributes by their names, for example `{ id: { S: "#stock" } }`. */
export type Row = Readonly<Record<string, unknown>>;

type EmulatedService = "dynamodb" | "s3" | "scheduler" | "ssm" | "states" | "sns" | "lambda" | "x" | "bluesky";
/** Services that the sandbox itself has not, and that tests of deployments put beside the others. */
type AdministrativeService = "cloudformation" | "sts" | "iam" | "cloudcontrolapi";

/** One request as an emulator understood it, before it takes effect. */
export interface Call {
  service: EmulatedService | AdministrativeService;
  /** As IAM names it without the service, for example `GetItem`; for X, `POST /2/tweets`. */
  operation: string;
  /** Who calls: the access key id of the signature, absent on anonymous calls. */
  accessKeyId?: string;
  /** What it is about: table or index, `bucket/key`, schedule, parameter, topic, state machine, function. */
  resource?: string;
  /** Of DynamoDB: the key, or the whole item, of each row that is named, as DynamoDB writes it. */
  rows?: readonly Row[];
  /** Of a transaction: IAM has no action for it, and asks for that of each of its parts. */
  parts?: readonly { operation: string; resource: string; rows?: readonly Row[] }[];
}

/** What goes wrong with one call, as a test wants it. */
export type Fault =
  /** Answered with an error of the service; nothing took effect. */
  | { kind: "refuse"; status: number; code: string; message: string }
  /** The connection is cut before anything took effect. */
  | { kind: "cut" }
  /** It took effect, and the connection is cut before the answer. */
  | { kind: "lose-answer" };

/** Sees every call before it takes effect: to record it, to hold it up, or to let it fail. */
export type Intercept = (call: Call) => Fault | undefined | Promise<Fault | undefined>;
