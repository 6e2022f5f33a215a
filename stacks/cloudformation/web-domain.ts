import { functions } from "../blueprint.ts";
import { pascal } from "../pascal.ts";
import { distribution, managedPolicies, originAccess, viewerFunction, viewerPermissions } from "../web-domain-facts.ts";
import { logicalName } from "./functions.ts";
import { globalName } from "./permissions.ts";
import { arnOf, attribute, type Resource, type Resources, ref, sub, type Value } from "./template.ts";

const website = functions.find(({ url }) => url);
const ifDomain = (Type: string, Properties: Resource["Properties"]): Resource => ({
  Type,
  Condition: "HasWebDomain",
  Properties,
});

/** `https://HOST/` has the host at the third place. */
const hostOf = (url: Value): Value => ({ "Fn::Select": ["2", { "Fn::Split": ["/", url] }] });

/** CloudFront before the web app, where a domain was set for it. */
export const webDomain: Resources = website === undefined ? {} : resourcesOf(website);

function resourcesOf(web: { name: string }): Resources {
  return {
    WebAccess: ifDomain("AWS::CloudFront::OriginAccessControl", {
      OriginAccessControlConfig: {
        Name: sub(globalName("web")),
        OriginAccessControlOriginType: originAccess.type,
        SigningBehavior: originAccess.behavior,
        SigningProtocol: originAccess.protocol,
      },
    }),
    WebViewer: ifDomain("AWS::CloudFront::Function", {
      Name: sub(globalName("viewer")),
      AutoPublish: true,
      FunctionCode: viewerFunction.code,
      FunctionConfig: { Runtime: viewerFunction.runtime, Comment: viewerFunction.comment },
    }),
    WebDistribution: ifDomain("AWS::CloudFront::Distribution", { DistributionConfig: configOf(web) }),
    ...Object.fromEntries(
      viewerPermissions.map(({ action, ...by }, index) => [
        `WebViewerPermission${index + 1}`,
        ifDomain("AWS::Lambda::Permission", {
          Action: action,
          FunctionName: arnOf(logicalName(web)),
          Principal: "cloudfront.amazonaws.com",
          SourceArn: sub("arn:${AWS::Partition}:cloudfront::${AWS::AccountId}:distribution/${WebDistribution}"),
          ...("invokedViaFunctionUrl" in by && { InvokedViaFunctionUrl: by.invokedViaFunctionUrl }),
        }),
      ]),
    ),
  };
}

function configOf({ name }: { name: string }): Value {
  return {
    Enabled: true,
    Comment: distribution.comment,
    Aliases: [ref("WebDomain")],
    HttpVersion: distribution.httpVersion,
    IPV6Enabled: true,
    Origins: [
      {
        Id: "web",
        DomainName: hostOf(attribute(`${pascal(name)}Url`, "FunctionUrl")),
        OriginAccessControlId: ref("WebAccess"),
        CustomOriginConfig: {
          HTTPPort: 80,
          HTTPSPort: 443,
          OriginProtocolPolicy: "https-only",
          OriginSSLProtocols: ["TLSv1.2"],
        },
      },
    ],
    DefaultCacheBehavior: {
      TargetOriginId: "web",
      ViewerProtocolPolicy: distribution.viewerProtocol,
      AllowedMethods: distribution.methods,
      CachedMethods: distribution.cachedMethods,
      CachePolicyId: managedPolicies.cache,
      OriginRequestPolicyId: managedPolicies.originRequest,
      FunctionAssociations: [{ EventType: "viewer-request", FunctionARN: attribute("WebViewer", "FunctionARN") }],
    },
    ViewerCertificate: {
      AcmCertificateArn: ref("WebCertificate"),
      SslSupportMethod: "sni-only",
      MinimumProtocolVersion: distribution.minimumTls,
    },
  };
}
