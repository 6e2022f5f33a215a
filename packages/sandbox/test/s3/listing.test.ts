import { ListObjectsV2Command, paginateListObjectsV2 } from "@aws-sdk/client-s3";
import { describe, expect, it } from "vitest";
import { Bucket, put, type Rig, startRig } from "./rig.ts";

async function fill(rig: Rig, keys: readonly string[]): Promise<void> {
  await Promise.all(keys.map((key) => put(rig, key)));
}

/** What each page holds, prefixes with a `>` before them. */
async function pages(rig: Rig, input: object): Promise<string[][]> {
  const found: string[][] = [];
  for await (const page of paginateListObjectsV2({ client: rig.client }, { Bucket, ...input })) {
    const keys = page.Contents?.map(({ Key }) => `${Key}`) ?? [];
    const prefixes = page.CommonPrefixes?.map(({ Prefix }) => `>${Prefix}`) ?? [];
    expect(page.KeyCount).toBe(keys.length + prefixes.length);
    found.push([...keys, ...prefixes]);
  }
  return found;
}

describe("ListObjectsV2", () => {
  it("gives each key once, in UTF-8 order, over any number of pages", async () => {
    const rig = await startRig();
    // By UTF-16 units the astral 🟧 would come before U+FF5E.
    const keys = ["A", "a", "a/1", "a/2", "b", "é", "～", "🟧", "🟨"];
    await fill(rig, keys.toReversed());
    for (const MaxKeys of [1, 2, 4, 9, 1000]) {
      const found = await pages(rig, { MaxKeys });
      expect(found.flat()).toEqual(keys);
      expect(found).toHaveLength(Math.ceil(keys.length / Math.min(MaxKeys, keys.length)));
    }
  });

  it("keeps to a prefix and folds at a delimiter, across pages too", async () => {
    const rig = await startRig();
    await fill(rig, ["a.txt", "p/1", "p/2", "p/q/1", "p/q/2", "p/r/1", "p/z", "pp"]);
    expect(await pages(rig, { Prefix: "p/" })).toEqual([["p/1", "p/2", "p/q/1", "p/q/2", "p/r/1", "p/z"]]);
    expect(await pages(rig, { Delimiter: "/" })).toEqual([["a.txt", "pp", ">p/"]]);
    expect(await pages(rig, { Prefix: "p/", Delimiter: "/" })).toEqual([["p/1", "p/2", "p/z", ">p/q/", ">p/r/"]]);
    const single = await pages(rig, { Prefix: "p/", Delimiter: "/", MaxKeys: 1 });
    expect(single).toEqual([["p/1"], ["p/2"], [">p/q/"], [">p/r/"], ["p/z"]]);
  });

  it("tells sizes and ETags", async () => {
    const rig = await startRig();
    await fill(rig, ["a", "b", "c"]);
    const { Contents } = await rig.client.send(new ListObjectsV2Command({ Bucket, Prefix: "b" }));
    expect(Contents).toMatchObject([
      { Key: "b", Size: 1, ETag: '"92eb5ffee6ae2fec3ad71c777531578f"', StorageClass: "STANDARD" },
    ]);
    expect(Contents?.[0]?.LastModified).toBeInstanceOf(Date);
  });

  it("encodes keys when asked to", async () => {
    const rig = await startRig();
    await fill(rig, ["a b/ü+"]);
    const { Contents } = await rig.client.send(new ListObjectsV2Command({ Bucket, EncodingType: "url" }));
    expect(Contents?.map(({ Key }) => Key)).toEqual(["a%20b/%C3%BC%2B"]);
  });

  it("is empty for no keys, and for none asked", async () => {
    const rig = await startRig();
    expect(await rig.client.send(new ListObjectsV2Command({ Bucket }))).toMatchObject({
      KeyCount: 0,
      IsTruncated: false,
    });
    await fill(rig, ["a"]);
    expect(await rig.client.send(new ListObjectsV2Command({ Bucket, MaxKeys: 0 }))).toMatchObject({
      KeyCount: 0,
      IsTruncated: false,
    });
  });
});
