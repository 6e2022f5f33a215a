import { createBucket, deleteBucket, headBucket, listBuckets, settingRoutes } from "./buckets.ts";
import { failure } from "./errors.ts";
import type { Operation } from "./exchange.ts";
import { listObjects } from "./listing.ts";
import { abortMultipartUpload, completeMultipartUpload, createMultipartUpload, uploadPart } from "./multipart.ts";
import { copyObject, deleteObject, getObject, headObject, putObject } from "./objects.ts";
import { postObject } from "./post-object.ts";
import { isSigningParameter, type Target } from "./target.ts";

export interface Route {
  method: string;
  level: "service" | "bucket" | "object";
  /** Query parameters that make it this operation and no other one. */
  needs?: readonly string[];
  /** Query parameters that it knows besides. */
  knows?: readonly string[];
  /** Whether the header `x-amz-copy-source` makes it this one. */
  isCopy?: boolean;
  /** As IAM names it; absent where the operation asks for each of its parts by itself. */
  action?: string;
  /** Signed by a field of its body instead of header or query. */
  isForm?: boolean;
  run: Operation;
}

const listing = ["prefix", "delimiter", "max-keys", "continuation-token", "encoding-type"];

/** The SDK asks so for the checksum, at an address that it presigns; who opens that has no use for it. */
const presigned = ["x-amz-checksum-mode"];

/** Of two routes that fit a request, the first one counts: those that need more stand before those that need less. */
const routes: readonly Route[] = [
  { method: "GET", level: "service", action: "ListAllMyBuckets", run: listBuckets },
  ...settingRoutes,
  { method: "GET", level: "bucket", needs: ["list-type"], knows: listing, action: "ListBucket", run: listObjects },
  { method: "POST", level: "bucket", isForm: true, run: postObject },
  { method: "HEAD", level: "bucket", action: "ListBucket", run: headBucket },
  { method: "PUT", level: "bucket", action: "CreateBucket", run: createBucket },
  { method: "DELETE", level: "bucket", action: "DeleteBucket", run: deleteBucket },
  { method: "POST", level: "object", needs: ["uploads"], action: "PutObject", run: createMultipartUpload },
  { method: "PUT", level: "object", needs: ["uploadId", "partNumber"], action: "PutObject", run: uploadPart },
  { method: "POST", level: "object", needs: ["uploadId"], action: "PutObject", run: completeMultipartUpload },
  { method: "DELETE", level: "object", needs: ["uploadId"], action: "AbortMultipartUpload", run: abortMultipartUpload },
  { method: "GET", level: "object", knows: presigned, action: "GetObject", run: getObject },
  { method: "HEAD", level: "object", action: "GetObject", run: headObject },
  { method: "PUT", level: "object", isCopy: true, run: copyObject },
  { method: "PUT", level: "object", action: "PutObject", run: putObject },
  { method: "DELETE", level: "object", action: "DeleteObject", run: deleteObject },
];

/**
 * The operation that a request means.
 * @throws NotImplemented for a query parameter that its operation does not know: a subresource that is passed over
 * would turn into a put of the object, MethodNotAllowed for methods that S3 does not have
 */
export function findRoute(target: Target): Route {
  const level = target.key ? "object" : target.bucket ? "bucket" : "service";
  const names = target.query.map(([name]) => name).filter((name) => name !== "x-id" && !isSigningParameter(name));
  const onLevel = routes.filter((route) => route.method === target.method && route.level === level);
  const route = onLevel.find(
    ({ needs = [], isCopy = false }) =>
      needs.every((name) => names.includes(name)) && (!isCopy || target.headers.has("x-amz-copy-source")),
  );
  const unknown = names.filter((name) => !route?.needs?.includes(name) && !route?.knows?.includes(name));
  if (route && unknown.length === 0) return route;
  if (onLevel.length === 0) {
    throw failure("MethodNotAllowed", "The specified method is not allowed against this resource.");
  }
  const what = unknown.length > 0 ? `with ?${unknown.join("&")}` : "without a query (to list keys, use ListObjectsV2)";
  throw failure("NotImplemented", `The sandbox's S3 does not have ${target.method} of a ${level} ${what}`);
}
