import { randomBytes } from "node:crypto";
import * as v from "valibot";
import {
  deleteRecord,
  getRecord,
  listRecords,
  putRecord,
  type Repository,
  uploadBlob,
  XrpcError,
} from "./repository.ts";

/** One account on its server: what it holds, and who may change it. */
export interface Pds {
  repository: Repository;
  password: string;
  /** Tokens that are good, and until when in milliseconds since the epoch; a restart ends them all. */
  tokens: Map<string, { kind: "access" | "refresh"; until: number }>;
  clock: () => number;
}

export interface XrpcRequest {
  method: string;
  /** Behind `/xrpc/`. */
  name: string;
  params: URLSearchParams;
  authorization: string | undefined;
  contentType: string;
  body: Uint8Array;
}

const accessMs = 2 * 60 * 60 * 1000;
const refreshMs = 90 * 24 * 60 * 60 * 1000;
const largestUpload = 5 * 1024 * 1024;

type Call = (pds: Pds, request: XrpcRequest) => object;

const Credentials = v.object({ identifier: v.string(), password: v.string() });
const InRepository = v.object({ repo: v.string(), collection: v.literal("app.bsky.feed.post"), rkey: v.string() });

/** The calls that there are; `repo` is always the one account, by handle or DID. */
const calls: Record<string, Call> = {
  "POST com.atproto.server.createSession": (pds, request) => {
    const { identifier, password } = input(Credentials, request);
    const { did, handle } = pds.repository;
    if ((identifier !== did && identifier.toLowerCase() !== handle) || password !== pds.password)
      throw new XrpcError(401, "AuthenticationRequired", "Invalid identifier or password");
    return sessionOf(pds);
  },
  "POST com.atproto.server.refreshSession": (pds, request) => {
    authenticate(pds, request, "refresh");
    return sessionOf(pds);
  },
  "POST com.atproto.repo.uploadBlob": (pds, request) => {
    authenticate(pds, request);
    if (request.body.length > largestUpload) throw new XrpcError(413, "PayloadTooLarge", "request entity too large");
    return uploadBlob(pds.repository, request.contentType, request.body);
  },
  "POST com.atproto.repo.putRecord": (pds, request) => {
    authenticate(pds, request);
    const { repo, rkey, record } = input(v.object({ ...InRepository.entries, record: v.unknown() }), request);
    own(pds, repo);
    return putRecord(pds.repository, { rkey, record });
  },
  "POST com.atproto.repo.deleteRecord": (pds, request) => {
    authenticate(pds, request);
    const { repo, rkey } = input(InRepository, request);
    own(pds, repo);
    return deleteRecord(pds.repository, rkey);
  },
  "GET com.atproto.repo.getRecord": (pds, { params }) => {
    own(pds, params.get("repo") ?? "");
    const isPost = params.get("collection") === "app.bsky.feed.post";
    const rkey = params.get("rkey") ?? "";
    if (isPost) return getRecord(pds.repository, rkey);
    throw new XrpcError(400, "RecordNotFound", `Could not locate record: ${params.get("collection")}/${rkey}`);
  },
  "GET com.atproto.repo.listRecords": (pds, { params }) => {
    own(pds, params.get("repo") ?? "");
    return listRecords(pds.repository);
  },
  "GET com.atproto.identity.resolveHandle": ({ repository }, { params }) => {
    if (params.get("handle") === repository.handle) return { did: repository.did };
    throw new XrpcError(400, "HandleNotFound", "Unable to resolve handle");
  },
};

/** Answers one call; what it changes is in the repository when it returns. */
export function answer(pds: Pds, request: XrpcRequest): { status: number; body: object } {
  try {
    const call = calls[`${request.method} ${request.name}`];
    if (call === undefined) throw new XrpcError(501, "MethodNotImplemented", "Method Not Implemented");
    return { status: 200, body: call(pds, request) };
  } catch (error) {
    if (!(error instanceof XrpcError)) throw error;
    return { status: error.status, body: { error: error.error, message: error.message } };
  }
}

function sessionOf({ repository: { did, handle }, tokens, clock }: Pds): object {
  const token = (kind: "access" | "refresh", ms: number) => {
    const text = randomBytes(24).toString("base64url");
    tokens.set(text, { kind, until: clock() + ms });
    return text;
  };
  return { did, handle, active: true, accessJwt: token("access", accessMs), refreshJwt: token("refresh", refreshMs) };
}

function authenticate({ tokens, clock }: Pds, { authorization }: XrpcRequest, kind = "access"): void {
  if (authorization === undefined) throw new XrpcError(401, "AuthMissing", "Authentication Required");
  const token = tokens.get(authorization.replace(/^Bearer /, ""));
  if (token?.kind !== kind) throw new XrpcError(400, "InvalidToken", "Token could not be verified");
  if (token.until <= clock()) throw new XrpcError(400, "ExpiredToken", "Token has expired");
}

function own({ repository: { did, handle } }: Pds, repo: string): void {
  if (repo !== did && repo !== handle) throw new XrpcError(400, "InvalidRequest", `Could not find repo: ${repo}`);
}

function input<Schema extends v.GenericSchema>(schema: Schema, { body }: XrpcRequest): v.InferOutput<Schema> {
  const parsed = v.safeParse(v.pipe(v.string(), v.parseJson(), schema), Buffer.from(body).toString("utf8"));
  if (parsed.success) return parsed.output as v.InferOutput<Schema>;
  const [issue] = parsed.issues;
  throw new XrpcError(400, "InvalidRequest", `Input/${v.getDotPath(issue) ?? ""} ${issue.message}`);
}
