/// <reference path="../.sst/platform/config.d.ts" />
import { parameterName } from "./names.ts";

export type Credentials = ReturnType<typeof createCredentials>;

/**
 * The four keys of X: `sst secret set` each, and one SSM SecureString of all four. The functions have its name alone,
 * and read it once a cold start. SST keeps the secrets encrypted in its own state.
 */
export function createCredentials() {
  const keys = {
    CONSUMER_KEY: new sst.Secret("XConsumerKey").value,
    CONSUMER_SECRET: new sst.Secret("XConsumerSecret").value,
    ACCESS_TOKEN: new sst.Secret("XAccessToken").value,
    ACCESS_TOKEN_SECRET: new sst.Secret("XAccessTokenSecret").value,
  };
  const name = parameterName("x-credentials");
  const parameter = new aws.ssm.Parameter("XCredentials", {
    name,
    // Encrypted by the account's own key for SSM, which whoever may read the parameter may use.
    type: "SecureString",
    description: "The four keys of the X app, as JSON",
    value: $jsonStringify(keys),
    // `2x2 credentials set` may have written it before the first deployment.
    overwrite: true,
  });
  return { name, arn: parameter.arn };
}
