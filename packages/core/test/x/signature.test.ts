import { signedHeader } from "@twobytwo/core/x/signature";
import { oauthParameters, signature, signatureBase } from "@twobytwo/sandbox/x/oauth";
import { describe, expect, it } from "vitest";

const keys = {
  CONSUMER_KEY: "consumer-key",
  CONSUMER_SECRET: "it's (secret)*!",
  ACCESS_TOKEN: "1-token",
  ACCESS_TOKEN_SECRET: "token/secret+ü",
};
const request = { method: "POST", url: "https://api.x.com/2/media/upload/1%20a/append" };
const header = () => signedHeader(request, keys, { nonce: "n!o'n(c)e*", now: 1_790_000_000_999 });

describe("signedHeader", () => {
  it("names key, token, nonce and the second, each encoded", () => {
    expect(header()).toMatch(/^OAuth oauth_consumer_key="consumer-key", oauth_nonce="n%21o%27n%28c%29e%2A", /);
    expect(Object.fromEntries(oauthParameters(header()) ?? [])).toEqual({
      oauth_consumer_key: "consumer-key",
      oauth_nonce: "n!o'n(c)e*",
      oauth_signature: expect.stringMatching(/^[\w+/]{27}=$/),
      oauth_signature_method: "HMAC-SHA1",
      oauth_timestamp: "1790000000",
      oauth_token: "1-token",
      oauth_version: "1.0",
    });
  });

  it("has the signature that the other side computes by RFC 5849", () => {
    const parameters = oauthParameters(header()) ?? [];
    const expected = signature(
      signatureBase(request.method, request.url, parameters),
      keys.CONSUMER_SECRET,
      keys.ACCESS_TOKEN_SECRET,
    );
    expect(Object.fromEntries(parameters)["oauth_signature"]).toBe(expected);
  });
});
