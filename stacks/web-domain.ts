/// <reference path="../.sst/platform/config.d.ts" />
import { functions as blueprints } from "./blueprint.ts";
import type { Functions } from "./functions.ts";
import { globalName } from "./names.ts";
import type { Settings } from "./settings.ts";
import { distribution, managedPolicies, originAccess, viewerFunction, viewerPermissions } from "./web-domain-facts.ts";

/**
 * CloudFront before the web app, where a domain was set for it.
 *
 * @returns the name that the domain's CNAME record has to point at; undefined without a domain
 */
export function createWebDomain({ webDomain }: Settings, functions: Functions): $util.Output<string> | undefined {
  const website = functions.get(blueprints.find(({ url }) => url)?.name ?? "");
  if (webDomain === undefined || website === undefined) return undefined;
  const access = new aws.cloudfront.OriginAccessControl("WebAccess", {
    name: globalName("web"),
    originAccessControlOriginType: originAccess.type,
    signingBehavior: originAccess.behavior,
    signingProtocol: originAccess.protocol,
  });
  const { runtime, comment, code } = viewerFunction;
  const viewer = new aws.cloudfront.Function("WebViewer", { name: globalName("viewer"), runtime, comment, code });
  const { methods, cachedMethods, httpVersion, viewerProtocol, minimumTls } = distribution;
  const made = new aws.cloudfront.Distribution("WebDistribution", {
    enabled: true,
    comment: distribution.comment,
    aliases: [webDomain.name],
    httpVersion,
    isIpv6Enabled: true,
    origins: [
      {
        originId: "web",
        domainName: website.url.apply((url) => new URL(url).hostname),
        originAccessControlId: access.id,
        customOriginConfig: {
          httpPort: 80,
          httpsPort: 443,
          originProtocolPolicy: "https-only",
          originSslProtocols: ["TLSv1.2"],
        },
      },
    ],
    defaultCacheBehavior: {
      targetOriginId: "web",
      viewerProtocolPolicy: viewerProtocol,
      allowedMethods: [...methods],
      cachedMethods: [...cachedMethods],
      cachePolicyId: managedPolicies.cache,
      originRequestPolicyId: managedPolicies.originRequest,
      functionAssociations: [{ eventType: "viewer-request", functionArn: viewer.arn }],
    },
    restrictions: { geoRestriction: { restrictionType: "none" } },
    viewerCertificate: {
      acmCertificateArn: webDomain.certificateArn,
      sslSupportMethod: "sni-only",
      minimumProtocolVersion: minimumTls,
    },
  });
  for (const [index, permission] of viewerPermissions.entries())
    new aws.lambda.Permission(`WebViewerPermission${index + 1}`, {
      ...permission,
      function: website.name,
      principal: "cloudfront.amazonaws.com",
      sourceArn: made.arn,
    });
  return made.domainName;
}
