import { GetObjectCommand, PutObjectCommand } from "@aws-sdk/client-s3";
import { type Ingested, ingest } from "@twobytwo/core/inbox/ingest";
import type { Call } from "@twobytwo/sandbox/emulator";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { keysIn, openStudio, type Studio } from "../adding/studio.ts";
import { painting } from "../pictures/pictures.ts";

let studio: Studio;
beforeEach(async () => {
  studio = await openStudio();
});
afterEach(() => studio.close());

const put = (key: string, bytes: Buffer | string) => {
  const { client, name } = studio.ports.bucket;
  return client.send(new PutObjectCommand({ Bucket: name, Key: key, Body: Buffer.from(bytes) }));
};
const event = (key: string) => ({ detail: { bucket: { name: studio.ports.bucket.name }, object: { key } } });
/** As the Lambda does it: it has no `newId`. */
const deliver = (key: string, sleep: () => Promise<unknown> = async () => {}): Promise<Ingested> => {
  const { newId: _, ...ports } = studio.ports;
  return ingest({ ...ports, sleep }, event(key));
};
const text = async (key: string, encoding = "utf8") => {
  const { client, name } = studio.ports.bucket;
  const { Body } = await client.send(new GetObjectCommand({ Bucket: name, Key: key }));
  return Body?.transformToString(encoding);
};
const latin1 = (bytes: Buffer) => bytes.toString("latin1");

describe("ingest", () => {
  it.each([
    ["inbox/blue_no 12.jpg", "inbox/blue_no 12.jpg", "blue no 12"],
    ["inbox/Grün & blau.JPG", "inbox/Gr%C3%BCn+%26+blau.JPG", "Grün & blau"],
    ["inbox/a+b 100%25.jpg", "inbox/a+b 100%25.jpg", "a+b 100%25"],
    ["inbox/100%.jpg", "inbox/100%.jpg", "100%"],
    ["inbox/../originals/x.jpg", "inbox/../originals/x.jpg", "x"],
    ["inbox/2026/may/red.jpg", "inbox%2F2026%2Fmay%2Fred.jpg", "red"],
  ])("takes in %s, of which the event says %s", async (key, said, title) => {
    const bytes = await painting(3);
    await put(key, bytes);
    const result = await deliver(said);
    const [square, ...more] = await studio.squares();
    expect(more).toEqual([]);
    expect(result).toEqual({ outcome: "added", squareId: square?.id, key, warnings: [] });
    expect(square).toMatchObject({ title, status: "queued" });
    expect(square?.id).toMatch(/^[0-7][0-9A-HJKMNP-TV-Z]{25}$/);
    expect(await studio.keys()).toEqual(keysIn(square ? [square] : []));
    expect(await text(square?.originalKey ?? "", "latin1")).toBe(latin1(bytes));
    expect(await studio.scheduleState()).toBe("ENABLED");
  });

  it.each(["inbox/", "inbox/2026/", "refused/blue.jpg", "originals/blue.jpg", "blue.jpg", "inboxes/blue.jpg"])(
    "leaves %s alone",
    async (key) => {
      await put(key, key.endsWith("/") ? "" : await painting(1));
      studio.calls.length = 0;
      expect(await deliver(key)).toEqual({ outcome: "nothing", key });
      expect(studio.calls).toEqual([]);
      expect(await studio.keys()).toEqual([key]);
    },
  );

  it("does nothing where the file is gone, and says so of an event that is about another bucket", async () => {
    expect(await deliver("inbox/gone.jpg")).toEqual({ outcome: "nothing", key: "inbox/gone.jpg" });
    const other = { detail: { bucket: { name: "another" }, object: { key: "inbox/a.jpg" } } };
    await expect(ingest(studio.ports, other)).rejects.toMatchObject({ name: "Rejected", message: /bucket another/ });
  });

  it("puts what is no picture aside, with the reason beside it", async () => {
    await put("inbox/empty.jpg", "");
    await put("inbox/archive/letter.jpg", "Dear reader");
    expect(await deliver("inbox/empty.jpg")).toMatchObject({ outcome: "refused", movedTo: "refused/empty.jpg" });
    expect(await deliver("inbox/archive/letter.jpg")).toMatchObject({ movedTo: "refused/archive/letter.jpg" });
    expect(await studio.keys()).toEqual([
      "refused/archive/letter.jpg",
      "refused/archive/letter.jpg.txt",
      "refused/empty.jpg",
      "refused/empty.jpg.txt",
    ]);
    expect(await text("refused/empty.jpg.txt")).toMatch(/^empty\.jpg is empty \(0 bytes\): add a JPEG.*\n$/);
    expect(await text("refused/archive/letter.jpg")).toBe("Dear reader");
    expect(await studio.squares()).toEqual([]);
  });

  it("puts a name that is too long for a post, and for a key, aside under a shorter one", async () => {
    const name = `${"ü".repeat(505)}.jpg`;
    await put(`inbox/${name}`, await painting(1));
    const result = await deliver(`inbox/${name}`);
    expect(result).toMatchObject({ outcome: "refused", reason: expect.stringMatching(/title of ü+\.jpg counts/) });
    const [file = "", reason] = await studio.keys();
    expect(file).toMatch(/^refused\/ü{400,}\.jpg$/);
    expect(reason).toBe(`${file}.txt`);
  });

  it("keeps every way out of the refused folder shut", async () => {
    await put("inbox/../../x/./notes", "words");
    expect(await deliver("inbox/../../x/./notes")).toMatchObject({ movedTo: "refused/_/_/x/_/notes" });
  });

  it("puts the same picture aside and names the square that it equals", async () => {
    const bytes = await painting(1);
    await put("inbox/one.jpg", bytes);
    await deliver("inbox/one.jpg");
    const [square] = await studio.squares();
    await put("inbox/two.jpg", bytes);
    const result = await deliver("inbox/two.jpg");
    expect(result).toMatchObject({ outcome: "refused", movedTo: "refused/two.jpg" });
    expect(await text("refused/two.jpg.txt")).toBe(
      `two.jpg: the same picture as “one”, in the queue (square ${square?.id}): it was not added again, so you can delete this copy.\n`,
    );
    expect(await studio.squares()).toEqual([square]);
    expect(await studio.stock()).toEqual({ queued: 1 });
  });

  it("writes over no refused file: not one of the same name, and not one that is called like a reason", async () => {
    await put("inbox/a.jpg", "first");
    await deliver("inbox/a.jpg");
    await put("inbox/a.jpg", "second");
    const second = await deliver("inbox/a.jpg");
    expect(second).toMatchObject({ movedTo: expect.stringMatching(/^refused\/a-[0-9a-f]{8}\.jpg$/) });
    await put("inbox/b.jpg.txt", "about b");
    await deliver("inbox/b.jpg.txt");
    await put("inbox/b.jpg", "not b");
    const b = await deliver("inbox/b.jpg");
    expect(b).toMatchObject({ movedTo: expect.stringMatching(/^refused\/b-[0-9a-f]{8}\.jpg$/) });
    const files = (await studio.keys()).filter((key) => !/\.txt$/.test(key) || key === "refused/b.jpg.txt");
    expect((await Promise.all(files.map((key) => text(key)))).sort()).toEqual(["about b", "first", "not b", "second"]);
  });

  it.each([
    ["DeleteObjectCommand", "a picture", "added"],
    ["DeleteObjectCommand", "words", "refused"],
    ["CopyObjectCommand", "words", "refused"],
  ])("leaves in the inbox what took the place of a file just before %s, for %s", async (command, what, outcome) => {
    const second = await painting(2);
    let isReplaced = false;
    studio.ports.bucket.client.middlewareStack.add(
      (next, { commandName }) =>
        async (args) => {
          if (commandName === command && !isReplaced) {
            isReplaced = true;
            await put("inbox/a.jpg", second);
          }
          return next(args);
        },
      { step: "initialize" },
    );
    await put("inbox/a.jpg", what === "words" ? "words" : await painting(1));
    expect(await deliver("inbox/a.jpg")).toMatchObject({ outcome });
    expect(isReplaced).toBe(true);
    expect(await text("inbox/a.jpg", "latin1")).toBe(latin1(second));
    expect(await deliver("inbox/a.jpg")).toMatchObject({ outcome: "added" });
    expect(await studio.squares()).toHaveLength(what === "words" ? 1 : 2);
  });

  it("makes one square of a drop that is delivered four times at once, and refuses none", async () => {
    for (const number of [1, 2, 3]) {
      const key = `inbox/${number}.jpg`;
      await put(key, await painting(number));
      const results = await Promise.all([deliver(key), deliver(key), deliver(key), deliver(key)]);
      expect(results.filter(({ outcome }) => outcome === "refused")).toEqual([]);
      expect(results.some(({ outcome }) => outcome === "added")).toBe(true);
    }
    const found = await studio.squares();
    expect(found).toHaveLength(3);
    expect(await studio.stock()).toEqual({ queued: 3 });
    expect(await studio.keys()).toEqual(keysIn(found));
  });

  it("moves a refused file once, delivered four times at once", async () => {
    await put("inbox/a.txt", "words");
    await Promise.all([1, 2, 3, 4].map(() => deliver("inbox/a.txt")));
    expect(await studio.keys()).toEqual(["refused/a.txt", "refused/a.txt.txt"]);
  });
});

describe("ingest, ended at each of its calls and delivered again", () => {
  // Where a request is cut off instead of an answer lost, AWS is as it was after the call before.
  it.each(["a picture", "a text"])("takes in %s as if nothing had been", async (what) => {
    const reached = new Set<string>();
    for (let at = 1; ; at += 1) {
      await studio.close();
      studio = await openStudio({ seed: at });
      await put("inbox/a.jpg", what === "a text" ? "words" : await painting(5));
      let call = 0;
      let hit: Call | undefined;
      studio.faults.of = (other) => {
        call += 1;
        if (call === at) hit = other;
        if (call < at) return undefined;
        return { kind: call === at ? "lose-answer" : "cut" };
      };
      const dies = () => Promise.reject(new Error("the process is gone"));
      const ended = await deliver("inbox/a.jpg", dies).then(
        () => "done",
        () => "failed",
      );
      studio.faults.of = undefined;
      if (hit === undefined) {
        expect(ended).toBe("done");
        break;
      }
      reached.add(hit.operation);
      await deliver("inbox/a.jpg");
      const found = await studio.squares();
      expect(found).toHaveLength(what === "a text" ? 0 : 1);
      expect(await studio.stock()).toEqual(what === "a text" ? {} : { queued: 1 });
      expect(await studio.scheduleState()).toBe(what === "a text" ? "DISABLED" : "ENABLED");
      const refused = what === "a text" ? ["refused/a.jpg", "refused/a.jpg.txt"] : [];
      expect(await studio.keys()).toEqual([...keysIn(found), ...refused]);
    }
    const ways = what === "a text" ? [] : ["Query", "TransactWriteItems", "UpdateSchedule"];
    expect([...reached]).toEqual(expect.arrayContaining(["GetObject", "PutObject", "DeleteObject", ...ways]));
  });
});
