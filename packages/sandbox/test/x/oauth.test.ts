import { describe, expect, it } from "vitest";
import { isSigned, oauthParameters, signature, signatureBase } from "../../src/x/oauth.ts";
import { account, accountForAll, credentials, reply, sign, startOfTests } from "./account.ts";

const unauthorized = { detail: "Unauthorized", status: 401, title: "Unauthorized", type: "about:blank" };

describe("signatures", () => {
  it("builds the base string of RFC 5849 section 3.4.1.1", () => {
    const header =
      'OAuth realm="Example", oauth_consumer_key="9djdj82h48djs9d2", oauth_token="kkk9d7dh3k39sjv7", ' +
      'oauth_signature_method="HMAC-SHA1", oauth_timestamp="137131201", oauth_nonce="7d8f3e4a", ' +
      'oauth_signature="bYT5CMsGcbgUdFHObYMEfcx6bsw%3D"';
    const url = "http://example.com/request?b5=%3D%253D&a3=a&c%40=&a2=r%20b";
    // Its form, "c2&a3=2+q", as parameters of its own: no call of ours sends one.
    const form = [
      ["c2", ""],
      ["a3", "2 q"],
    ] as const;
    expect(signatureBase("POST", url, [...oauthParameters(header)!, ...form])).toBe(
      "POST&http%3A%2F%2Fexample.com%2Frequest&a2%3Dr%2520b%26a3%3D2%2520q%26a3%3Da%26b5%3D%253D%25253D%26c%2540%3D" +
        "%26c2%3D%26oauth_consumer_key%3D9djdj82h48djs9d2%26oauth_nonce%3D7d8f3e4a%26oauth_signature_method%3D" +
        "HMAC-SHA1%26oauth_timestamp%3D137131201%26oauth_token%3Dkkk9d7dh3k39sjv7",
    );
  });

  it("signs the example of the OAuth 1.0 specification, appendix A.5", () => {
    const oauth = oauthParameters(
      'OAuth oauth_consumer_key="dpf43f3p2l4k3l03", oauth_token="nnch734d00sl2jdk", oauth_nonce="kllo9940pd9333jh", ' +
        'oauth_signature_method="HMAC-SHA1", oauth_timestamp="1191242096", oauth_version="1.0"',
    )!;
    const base = signatureBase("GET", "http://photos.example.net:80/photos?file=vacation.jpg&size=original", oauth);
    expect(signature(base, "kd94hf93k423kf44", "pfkkdhi9sl3r4s00")).toBe("tR3+Ty81lMeYAr/Fid0kMTYa/WM=");
  });

  // X's page "Creating a signature".
  const example = {
    credentials: {
      CONSUMER_KEY: "xvz1evFS4wEEPTGEFPHBog",
      CONSUMER_SECRET: "kAcSOqF21Fu85e7zjz7ZN2U4ZRhfV3WpwPAoE3Z7kBw",
      ACCESS_TOKEN: "370773112-GmHxMAgYyLbNEtIKZeRNFsMKPR9EyMZeS9weJAEb",
      ACCESS_TOKEN_SECRET: "LswwdoUaIvS8ltyTt5jkRh4J50vUPVVHtR2YPi5kE",
    },
    request: {
      method: "POST",
      // Its form counts as its query does.
      url: "https://api.twitter.com/1.1/statuses/update.json?include_entities=true&status=Hello%20Ladies%20%2b%20Gentlemen%2c%20a%20signed%20OAuth%20request%21",
      authorization:
        'OAuth oauth_consumer_key="xvz1evFS4wEEPTGEFPHBog", oauth_nonce="kYjzVBB8Y0ZFabxSWbWovY3uYSQ2pTgmZeNu2VS4cg", ' +
        'oauth_signature="hCtSmYh%2BiHYCEqBWrE7C7hYmtUk%3D", oauth_signature_method="HMAC-SHA1", ' +
        'oauth_timestamp="1318622958", oauth_token="370773112-GmHxMAgYyLbNEtIKZeRNFsMKPR9EyMZeS9weJAEb", ' +
        'oauth_version="1.0"',
    },
  };

  const verify = (change: Partial<typeof example.request>, seconds = 1318622958) =>
    isSigned(
      { credentials: example.credentials, nonces: new Map(), clock: () => seconds * 1000 },
      { ...example.request, ...change },
    );

  it("accepts the example of X's documentation", () => {
    expect(verify({})).toBe(true);
    expect(verify({}, 1318622958 + 300)).toBe(true);
    expect(verify({}, 1318622958 - 300)).toBe(true);
  });

  it("refuses the same example with anything changed", () => {
    expect(verify({ method: "GET" })).toBe(false);
    for (const [from, to] of [
      ["=true", "=false"],
      ["https", "http"],
      ["Ladies", "Lady"],
    ] as const)
      expect(verify({ url: example.request.url.replace(from, to) })).toBe(false);
    expect(verify({ authorization: example.request.authorization.replace("hCtS", "hCtT") })).toBe(false);
    expect(verify({ authorization: example.request.authorization.replace("HMAC-SHA1", "PLAINTEXT") })).toBe(false);
    expect(verify({ authorization: example.request.authorization.replace('"1.0"', '"2.0"') })).toBe(false);
    expect(verify({}, 1318622958 + 301)).toBe(false);
    expect(verify({}, 1318622958 - 301)).toBe(false);
  });

  it("reads no header that is malformed or gives a parameter twice", () => {
    expect(oauthParameters(undefined)).toBeUndefined();
    expect(oauthParameters("Basic abc")).toBeUndefined();
    expect(oauthParameters("OAuth oauth_nonce=unquoted")).toBeUndefined();
    expect(oauthParameters('OAuth oauth_nonce="%E0%A4%A"')).toBeUndefined();
    expect(verify({ authorization: `${example.request.authorization}, oauth_version="1.0"` })).toBe(false);
  });
});

describe("calls", () => {
  const acc = accountForAll();

  it("accepts a signed call", async () => {
    const { status, body } = await acc.call("GET", "/2/users/me");
    expect(status).toBe(200);
    expect(body).toEqual({ data: { id: "4242", name: "Sandbox artist", username: "sandbox_artist" } });
  });

  it.each([
    ["another consumer secret", { secrets: { CONSUMER_SECRET: "wrong" } }],
    ["another token secret", { secrets: { ACCESS_TOKEN_SECRET: "wrong" } }],
    ["another consumer key", { oauth: { oauth_consumer_key: "wrong" } }],
    ["another token", { oauth: { oauth_token: "4242-other" } }],
    ["a tampered signature", { oauth: { oauth_signature: "AAAAAAAAAAAAAAAAAAAAAAAAAAA=" } }],
    ["a short signature", { oauth: { oauth_signature: "AA==" } }],
    ["a timestamp that is no number", { oauth: { oauth_timestamp: "now" } }],
    ["an old timestamp", { oauth: { oauth_timestamp: String(startOfTests / 1000 - 301) } }],
    ["a timestamp of the future", { oauth: { oauth_timestamp: String(startOfTests / 1000 + 301) } }],
    ["no signature at all", { authorization: "" }],
    ["basic authorization", { authorization: "Basic YTpi" }],
    ["a bearer token", { authorization: "Bearer AAAA" }],
  ])("refuses %s with 401", async (_case, init) => {
    const answer = await acc.call("GET", "/2/users/me", init);
    expect(answer.status).toBe(401);
    expect(answer.type).toBe("application/problem+json");
    expect(answer.text).toBe(JSON.stringify(unauthorized));
  });

  it("refuses a nonce that was used, and a signature for another query", async () => {
    const url = `${acc.x.url}/2/users/4242/tweets?max_results=5`;
    const headers = { authorization: sign("GET", url, acc.clock.now) };
    expect((await fetch(url, { headers })).status).toBe(200);
    expect(await reply(await fetch(url, { headers }))).toMatchObject({ status: 401, body: unauthorized });

    const other = { authorization: sign("GET", url, acc.clock.now) };
    const tampered = await reply(await fetch(url.replace("=5", "=6"), { headers: other }));
    expect(tampered).toMatchObject({ status: 401, body: unauthorized });
  });

  it("does not let a forged request use up a nonce", async () => {
    const oauth = { oauth_nonce: "once" };
    const forged = await acc.call("GET", "/2/users/me", { oauth, secrets: { CONSUMER_SECRET: "wrong" } });
    expect(forged.status).toBe(401);
    expect((await acc.call("GET", "/2/users/me", { oauth })).status).toBe(200);
  });

  it("checks timestamps against a clock of its own where one is given", async () => {
    const { x, call, clock } = await account({ authClock: () => startOfTests });
    clock.now = startOfTests + 86_400_000;
    const late = await call("GET", "/2/users/me");
    expect(late.status).toBe(401);
    const oauth = { oauth_timestamp: String(startOfTests / 1000) };
    expect((await call("GET", "/2/users/me", { oauth })).status).toBe(200);
    await x.close();
  });

  it("does not start with an access token that names no account", async () => {
    await expect(account({ credentials: { ...credentials, ACCESS_TOKEN: "token" } })).rejects.toThrow("account id");
  });
});
