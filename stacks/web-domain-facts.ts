/**
 * What CloudFront does before the web app where it has a domain of its own; docs/domain.md. Nothing here
 * imports anything, so that both ways to deploy can read it.
 *
 * CloudFront signs each request, and the function's address refuses what is not signed by this distribution: so only there can
 * what CloudFront says of a visitor be believed. Lambda takes no unsigned body, so the app sends the hash of each
 * (docs.aws.amazon.com/AmazonCloudFront, "Restrict access to an AWS Lambda function URL origin").
 */

/** What the settings of both ways to deploy take: a host in small letters, and a certificate where CloudFront looks for one. */
export const webDomainPattern = "([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\\.)+[a-z][a-z0-9-]{0,61}[a-z0-9]";
export const webCertificatePattern = "arn:aws:acm:us-east-1:[0-9]{12}:certificate/[A-Za-z0-9-]+";

/** Where the function finds the visitor's address; whatever the visitor sent under this name is overwritten. */
export const viewerHeader = "true-client-ip";

/** A CloudFront Function; docs.aws.amazon.com/AmazonCloudFront, "Add a true client IP header". */
export const viewerFunction = {
  runtime: "cloudfront-js-2.0",
  comment: "Tells the web app the visitor's address",
  code: `function handler(event) {
  event.request.headers["${viewerHeader}"] = { value: event.viewer.ip };
  return event.request;
}
`,
} as const;

/** docs.aws.amazon.com/AmazonCloudFront, "Use managed cache policies" and "Use managed origin request policies". */
export const managedPolicies = {
  /** CachingDisabled: what is worth keeping, browsers keep. */
  cache: "4135ea2d-6df8-44a3-9df3-4b5a84be39ad",
  /** AllViewerExceptHostHeader: a function's address answers to its own host alone. All other headers, cookies and the query go on. */
  originRequest: "b689b0a8-53d0-40ab-baf2-68738e2966ac",
} as const;

export const originAccess = { type: "lambda", behavior: "always", protocol: "sigv4" } as const;

export const distribution = {
  comment: "The web app of twobytwo",
  httpVersion: "http2and3",
  methods: ["GET", "HEAD", "OPTIONS", "PUT", "PATCH", "POST", "DELETE"],
  cachedMethods: ["GET", "HEAD"],
  viewerProtocol: "redirect-to-https",
  minimumTls: "TLSv1.2_2021",
} as const;

/** What the distribution may do with the function: both, since October 2025, and the second by its address alone. */
export const viewerPermissions = [
  { action: "lambda:InvokeFunctionUrl" },
  { action: "lambda:InvokeFunction", invokedViaFunctionUrl: true },
] as const;
