import { PassThrough } from "node:stream";
import { GetParameterCommand, PutParameterCommand } from "@aws-sdk/client-ssm";
import { readBlueskyCredentials } from "@twobytwo/core/bluesky/credentials";
import { readPause, removePause, writePause } from "@twobytwo/core/schedule/pause";
import { readConnection } from "@twobytwo/core/squares/connection";
import { readCredentials, type XCredentials } from "@twobytwo/core/x/credentials";
import { names } from "@twobytwo/sandbox/names";
import { portsOf } from "@twobytwo/sandbox/ports";
import { type Sandbox, startSandbox } from "@twobytwo/sandbox/sandbox";
import { distFunctions } from "@twobytwo/scripts/build";
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import { execute } from "../src/execute.ts";
import { temporaryDirectory } from "./command.ts";

let place: Awaited<ReturnType<typeof temporaryDirectory>>;
let sandbox: Sandbox;
let keys: XCredentials;
const wrong: XCredentials = {
  CONSUMER_KEY: "wrong-key",
  CONSUMER_SECRET: "wrong-secret",
  ACCESS_TOKEN: "1-wrong",
  ACCESS_TOKEN_SECRET: "wrong-token-secret",
};

beforeAll(async () => {
  place = await temporaryDirectory();
  vi.stubEnv("TWOBYTWO_SANDBOX_DIR", place.directory);
  sandbox = await startSandbox({ directory: place.directory, bundles: distFunctions });
  keys = await stored();
});
beforeEach(() => write(wrong));
afterAll(async () => {
  vi.unstubAllEnvs();
  await sandbox.close();
  await place.remove();
});

const stored = () => readCredentials(sandbox.clients.ssm, names.credentials);
const write = (value: object) =>
  sandbox.clients.ssm.send(
    new PutParameterCommand({
      Name: names.credentials,
      Type: "SecureString",
      Value: JSON.stringify(value),
      Overwrite: true,
    }),
  );

/** A terminal that notes whether it shows what is typed. */
class Terminal extends PassThrough {
  readonly isTTY = true;
  readonly modes: boolean[] = [];
  setRawMode(isRaw: boolean): this {
    this.modes.push(isRaw);
    return this;
  }
}

async function run(args: string[], input: { piped?: string; typed?: readonly string[]; verb?: string } = {}) {
  const stdout = new PassThrough();
  const stderr = Object.assign(new PassThrough(), { isTTY: true });
  const terminal = new Terminal();
  const typed = [...(input.typed ?? [])];
  let told = "";
  stderr.on("data", (chunk) => {
    told += String(chunk);
    // The next answer is typed when its question stands there.
    if (/: $/.test(told) && typed.length > 0) terminal.write(`${typed.shift()}\r`);
  });
  const piped = new PassThrough();
  piped.end(input.piped ?? "");
  const { signal } = new AbortController();
  const code = await execute([input.verb ?? "credentials", ...args], {
    stdin: input.typed === undefined ? piped : terminal,
    stdout,
    stderr,
    environment: process.env,
    signal,
  });
  const output = String(stdout.read() ?? "");
  // Whatever happens, no key is ever shown.
  const secrets = [...Object.values(keys), ...Object.values(wrong), sandbox.bluesky.password(), "wrong-password"];
  for (const secret of secrets) expect(output + told).not.toContain(secret);
  return { code, output, told, modes: terminal.modes };
}

describe("2x2 credentials set", () => {
  it("asks for the four keys, shows nothing of them, and writes them once X has accepted them", async () => {
    const { code, output, told, modes } = await run(["set"], { typed: Object.values(keys) });
    expect([code, output]).toEqual([
      0,
      expect.stringMatching(/^X accepts the keys, of @\w+ \(\d+\)\. They are stored/),
    ]);
    expect(told).toBe("CONSUMER_KEY: \nCONSUMER_SECRET: \nACCESS_TOKEN: \nACCESS_TOKEN_SECRET: \n");
    expect(modes).toEqual([true, false, true, false, true, false, true, false]);
    expect(await stored()).toEqual(keys);
    const { Parameter } = await sandbox.clients.ssm.send(new GetParameterCommand({ Name: names.credentials }));
    expect(Parameter?.Type).toBe("SecureString");
  });

  it("takes what was typed wrongly back", async () => {
    const [first = "", ...others] = Object.values(keys);
    const { code } = await run(["set"], { typed: [`oops\u007f\u007f\u007f\u007f${first}`, ...others] });
    expect(code).toBe(0);
    expect(await stored()).toEqual(keys);
  });

  it("takes them as JSON from another program, and prints one document", async () => {
    const { code, output } = await run(["set", "--json"], { piped: JSON.stringify(keys) });
    expect(code).toBe(0);
    expect(JSON.parse(output)).toEqual({
      act: "set",
      stage: "sandbox",
      parameter: names.credentials,
      account: { id: expect.any(String), username: expect.any(String) },
      resumed: false,
    });
    expect(await stored()).toEqual(keys);
  });

  it("ends the pause that the workflow made because X refused the keys, and no other", async () => {
    const { table } = portsOf(sandbox.clients);
    const until = "2999-01-01T00:00:00.000Z";
    for (const [error, isOver] of [
      ["NotAuthorized", true],
      ["NoCredits", false],
    ] as const) {
      await writePause(table, { pausedBy: "workflow", error, until });
      const { code, output } = await run(["set"], { piped: JSON.stringify(keys) });
      expect(code).toBe(0);
      expect(output.includes("That pause is over")).toBe(isOver);
      expect((await readPause(table)) === undefined).toBe(isOver);
    }
    await removePause(table);
  });

  it.each<[string, string, RegExp]>([
    ["keys that X refuses", JSON.stringify(wrong), /X/],
    ["one that is missing", JSON.stringify({ ...wrong, ACCESS_TOKEN: " " }), /Standard input lacks ACCESS_TOKEN:/],
    ["what is no JSON", "CONSUMER_KEY=secret-in-a-file", /Standard input is not JSON/],
  ])("writes nothing of %s", async (_, piped, message) => {
    await write(keys);
    const { code, told } = await run(["set"], { piped });
    expect([code, told]).toEqual([1, expect.stringMatching(message)]);
    expect(told).not.toContain("secret-in-a-file");
    expect(await stored()).toEqual(keys);
  });

  it("says what to do where nobody is there to ask", async () => {
    const { code, told } = await run(["set"]);
    expect([code, told]).toEqual([2, expect.stringContaining("pass them as JSON on standard input")]);
    expect((await run(["change"])).code).toBe(2);
  });
});

describe("2x2 credentials check", () => {
  it("asks X whose keys they are", async () => {
    await write(keys);
    const { code, output } = await run(["check"]);
    expect([code, output]).toEqual([
      0,
      expect.stringMatching(/^X accepts the keys in \/twobytwo\/sandbox\/x-credentials, of @/),
    ]);
  });

  it("fails where X refuses them, and where one is missing", async () => {
    expect((await run(["check"])).code).toBe(1);
    await write({ ...keys, CONSUMER_SECRET: "" });
    const { code, told } = await run(["check"]);
    expect([code, told]).toEqual([1, expect.stringContaining("lacks CONSUMER_SECRET")]);
  });
});

describe("2x2 connect bluesky, and disconnect", () => {
  const connect = (input: { piped?: string; typed?: readonly string[] }, ...more: string[]) =>
    run(["bluesky", ...more], { ...input, verb: "connect" });
  const handle = ["--handle", "@Artist.test"];
  const connection = () => readConnection(portsOf(sandbox.clients).table);
  const storedPassword = () =>
    readBlueskyCredentials(sandbox.clients.ssm, names.blueskyCredentials).then(
      ({ password }) => password,
      ({ name }: Error) => name,
    );

  it("stores nothing that Bluesky does not accept", async () => {
    const { code, told } = await connect({ typed: ["wrong-password"] }, ...handle);
    expect([code, told]).toEqual([1, expect.stringContaining("Bluesky does not accept the app password")]);
    expect(await connection()).toBeUndefined();
    expect(await storedPassword()).toBe("NotAuthorized");
  });

  it("asks for the app password, shows nothing of it, and connects once it was accepted", async () => {
    const { code, output, told } = await connect({ typed: [sandbox.bluesky.password()] }, ...handle);
    expect([code, told]).toEqual([0, "App password: \n"]);
    expect(output).toMatch(/^Bluesky is connected as @artist\.test\./);
    expect(await connection()).toMatchObject({ account: sandbox.bluesky.did, username: "artist.test" });
    expect(await storedPassword()).toBe(sandbox.bluesky.password());
  });

  it("takes it from another program, and keeps the time since when it is connected", async () => {
    const before = await connection();
    const { code, output } = await connect({ piped: `${sandbox.bluesky.password()}\n` }, ...handle, "--json");
    expect(code).toBe(0);
    expect(JSON.parse(output)).toMatchObject({ network: "bluesky", since: before?.since });
  });

  it("is checked together with the keys of X", async () => {
    await write(keys);
    expect((await run(["check"])).output).toMatch(
      /of @\w+ \(\d+\)\.\nBluesky accepts the app password of @artist\.test\.\n$/,
    );
  });

  it("says what is missing or no network", async () => {
    expect(await connect({ piped: "" }, ...handle)).toMatchObject({ code: 2 });
    expect(await connect({ piped: "x" })).toMatchObject({ code: 2, told: expect.stringContaining("--handle") });
    expect(await run(["mastodon"], { verb: "connect" })).toMatchObject({ code: 2 });
    expect(await connect({ piped: "x" }, ...handle, "--service", "pds.test/x")).toMatchObject({ code: 2 });
  });

  it("forgets the account and its app password", async () => {
    const disconnect = () => run(["bluesky"], { verb: "disconnect" });
    expect((await disconnect()).output).toContain("@artist.test on Bluesky is disconnected.");
    expect(await connection()).toBeUndefined();
    expect(await storedPassword()).toBe("NotAuthorized");
    expect((await disconnect()).output).toBe("Bluesky was not connected.\n");
  });
});
