import { receiveText } from "./body.ts";
import { bodyOf, bucketOf, type Exchange, type Reply, xmlReply } from "./exchange.ts";
import { checkTags } from "./object-facts.ts";
import { findObject, inTurn, type StoredObject, saveObject } from "./store.ts";
import { branch, childrenOf, leaf, parseXml, textOf } from "./xml.ts";

export async function getTagging(exchange: Exchange): Promise<Reply> {
  const { tags } = findObject(bucketOf(exchange), exchange.target.key);
  const set = tags.map(({ key, value }) => branch("Tag", leaf("Key", key), leaf("Value", value)));
  return xmlReply("Tagging", branch("TagSet", ...set));
}

export async function putTagging(exchange: Exchange): Promise<Reply> {
  const tags = readTagging(await receiveText(bodyOf(exchange)));
  await saveTags(exchange, tags);
  return { status: 200 };
}

export async function deleteTagging(exchange: Exchange): Promise<Reply> {
  await saveTags(exchange, []);
  return { status: 204 };
}

/** Reads a `Tagging` document. */
export function readTagging(source: string): StoredObject["tags"] {
  const set = childrenOf(parseXml(source, "Tagging"), "TagSet").flatMap((element) => childrenOf(element, "Tag"));
  return checkTags(set.map((tag) => ({ key: textOf(tag, "Key") ?? "", value: textOf(tag, "Value") ?? "" })));
}

async function saveTags(exchange: Exchange, tags: StoredObject["tags"]): Promise<void> {
  const bucket = bucketOf(exchange);
  await inTurn(exchange.store, bucket, () =>
    saveObject(exchange.store, bucket, { ...findObject(bucket, exchange.target.key), tags }),
  );
}
