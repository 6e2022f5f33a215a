import { DeleteObjectCommand, GetObjectCommand, PutObjectCommand } from "@aws-sdk/client-s3";
import { describe, expect, it } from "vitest";
import { Bucket, put, type Rig, startRig } from "./rig.ts";

const Key = "square";

async function read(rig: Rig): Promise<string | undefined> {
  return await (await rig.client.send(new GetObjectCommand({ Bucket, Key }))).Body?.transformToString();
}

describe("conditional writes", () => {
  it("have one winner of twenty that put if absent", async () => {
    const rig = await startRig();
    for (let round = 0; round < 2; round++) {
      const outcomes = await Promise.allSettled(
        Array.from({ length: 20 }, (_, at) =>
          rig.client.send(new PutObjectCommand({ Bucket, Key, Body: `writer ${at}`, IfNoneMatch: "*" })),
        ),
      );
      const winners = outcomes.flatMap((outcome, at) => (outcome.status === "fulfilled" ? [at] : []));
      const losses = outcomes.flatMap((outcome) => (outcome.status === "rejected" ? [outcome.reason] : []));
      expect(winners).toHaveLength(1);
      expect(losses.map((error) => [error.name, error.$metadata.httpStatusCode])).toEqual(
        losses.map(() => ["PreconditionFailed", 412]),
      );
      expect(await read(rig)).toBe(`writer ${winners[0]}`);
      expect(rig.created).toHaveLength(round + 1);
      await rig.client.send(new DeleteObjectCommand({ Bucket, Key }));
    }
  });

  it("have one winner of twenty that replace the same version", async () => {
    const rig = await startRig();
    const { ETag } = await rig.client.send(new PutObjectCommand({ Bucket, Key, Body: "first" }));
    const outcomes = await Promise.allSettled(
      Array.from({ length: 20 }, (_, at) =>
        rig.client.send(new PutObjectCommand({ Bucket, Key, Body: `writer ${at}`, IfMatch: ETag })),
      ),
    );
    const winners = outcomes.flatMap((outcome, at) => (outcome.status === "fulfilled" ? [at] : []));
    expect(winners).toHaveLength(1);
    expect(await read(rig)).toBe(`writer ${winners[0]}`);
  });

  it("say what is wrong with them", async () => {
    const rig = await startRig();
    const write = (input: object) => rig.client.send(new PutObjectCommand({ Bucket, Key, Body: "new", ...input }));
    await expect(write({ IfMatch: '"any"' })).rejects.toMatchObject({ name: "NoSuchKey" });
    await put(rig, Key, "old");
    await expect(write({ IfMatch: '"any"' })).rejects.toMatchObject({ name: "PreconditionFailed" });
    await expect(write({ IfNoneMatch: '"any"' })).rejects.toMatchObject({ name: "NotImplemented" });
    await expect(rig.client.send(new DeleteObjectCommand({ Bucket, Key, IfMatch: '"any"' }))).rejects.toMatchObject({
      name: "PreconditionFailed",
    });
    expect(await read(rig)).toBe("old");
  });
});

describe("onObjectCreated", () => {
  it("hears of what is in force, and of nothing else", async () => {
    const rig = await startRig();
    await put(rig, Key, "hello");
    await expect(
      rig.client.send(new PutObjectCommand({ Bucket, Key, Body: "x", IfNoneMatch: "*" })),
    ).rejects.toMatchObject({ name: "PreconditionFailed" });
    await rig.client.send(new DeleteObjectCommand({ Bucket, Key }));
    expect(rig.created).toEqual([{ bucket: Bucket, key: Key, size: 5, eTag: "5d41402abc4b2a76b9719d911017c592" }]);
  });
});
