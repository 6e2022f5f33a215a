import { runInNewContext } from "node:vm";
import { openStage } from "@twobytwo/sandbox/test/stage";
import { viewerFunction, viewerHeader } from "@twobytwo/stacks/web-domain-facts";
import { countedApp } from "@twobytwo/web/test/server/counted-app";
import { afterAll, beforeAll, describe, expect, it } from "vitest";

let stage: Awaited<ReturnType<typeof openStage>>;
beforeAll(async () => {
  stage = await openStage();
});
afterAll(() => stage.close());

type Headers = Record<string, { value: string; multiValue?: { value: string }[] }>;

/** The headers that go on to the function; docs.aws.amazon.com/AmazonCloudFront, "CloudFront Functions event structure". */
function passedOn(ip: string, sent: Headers): Record<string, string> {
  const event = { version: "1.0", viewer: { ip }, request: { method: "POST", uri: "/", headers: sent } };
  const code = `${viewerFunction.code}; handler(event).headers`;
  const headers = runInNewContext(code, { event }) as Headers;
  return Object.fromEntries(
    Object.entries(headers).map(([name, { value, multiValue }]) => [
      name,
      (multiValue ?? [{ value }]).map((one) => one.value).join(", "),
    ]),
  );
}

describe("behind CloudFront", () => {
  const spoofed = (value: string): Headers => ({ [viewerHeader]: { value, multiValue: [{ value }, { value: "x" }] } });

  it("the function is told the visitor's address, whatever the visitor said of it", () => {
    expect(passedOn("192.0.2.7", spoofed("198.51.100.1"))).toEqual({ [viewerHeader]: "192.0.2.7" });
    expect(passedOn("2001:db8::7", {})).toEqual({ [viewerHeader]: "2001:db8::7" });
  });

  it("wrong sign-ins are counted by the visitor and not by CloudFront, which sends all of them from a few addresses", async () => {
    const { send } = countedApp(stage.ports, { viewerHeader });
    const edge = "130.176.0.1";
    const guess = async (visitor: string, attempt = 0) => {
      const headers = passedOn(visitor, spoofed(`198.51.100.${attempt}`));
      const options = { from: edge, headers, body: { invite: "guess" } };
      return (await send("POST", "/api/auth/invite/options", options)).status;
    };
    const statuses: number[] = [];
    for (let attempt = 0; attempt < 31; attempt += 1) statuses.push(await guess("192.0.2.7", attempt));
    expect(statuses).toEqual([...Array.from({ length: 30 }, () => 403), 429]);
    expect(await guess("192.0.2.8")).toBe(403);
  });

  it("alone is such a header believed: elsewhere anybody could send another one with each attempt", async () => {
    const { send } = countedApp(stage.ports);
    const statuses: number[] = [];
    for (let attempt = 0; attempt < 31; attempt += 1) {
      const options = { headers: { [viewerHeader]: `198.51.100.${attempt}` }, body: { invite: "guess" } };
      statuses.push((await send("POST", "/api/auth/invite/options", options)).status);
    }
    expect(statuses.at(-1)).toBe(429);
  });
});
