import { describe, expect, it } from "vitest";
import { siteOf } from "../../src/server/http/site.ts";

const deployed = { stage: "production", region: "eu-central-1" };
const own = "abcdefghijklmnop.lambda-url.eu-central-1.on.aws";

describe("the address of the app", () => {
  it("is the function's own, and passkeys belong to it", () => {
    expect(siteOf(deployed, own)).toEqual({ origin: `https://${own}`, rpId: own });
  });

  it("is the one that was set, also where a CDN calls the function by its own name", () => {
    const ports = { ...deployed, webOrigin: "https://squares.example" };
    const site = { origin: "https://squares.example", rpId: "squares.example" };
    expect(siteOf(ports, "squares.example")).toEqual(site);
    expect(siteOf(ports, own)).toEqual(site);
  });

  it("is this machine in the sandbox alone", () => {
    const sandbox = { stage: "sandbox", region: "us-east-1" };
    expect(siteOf(sandbox, "localhost:4202")).toEqual({ origin: "http://localhost:4202", rpId: "localhost" });
    expect(() => siteOf(sandbox, "127.0.0.1:4202")).toThrow("does not use this address");
    expect(() => siteOf(deployed, "localhost:4202")).toThrow();
  });

  it.each([
    "",
    "evil.example",
    `${own}.evil.example`,
    `evil.example/${own}`,
    `x.${own}`,
    "abc.lambda-url.us-east-1.on.aws",
    `${own}:8443`,
    "localhost.evil.example",
    "localhost:4202@evil.example",
  ])("is not %j", (host) => {
    expect(() => siteOf(deployed, host)).toThrow();
    expect(() => siteOf({ stage: "sandbox", region: "us-east-1" }, host)).toThrow();
    expect(() => siteOf({ ...deployed, webOrigin: "https://squares.example" }, host)).toThrow();
  });
});
