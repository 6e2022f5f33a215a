import { TaskError } from "../errors.ts";
import type { PostContent } from "../networks/network.ts";
import { type Feature, partsOf, tooLongForBluesky } from "./text.ts";

/** The DID of a handle; undefined where nobody has it. */
type Resolve = (handle: string) => Promise<string | undefined>;

/**
 * The record of a post, as the lexicon app.bsky.feed.post has it. What is made of the same arguments is the same, byte by byte.
 *
 * @param media as the server gave it for the picture.
 * @throws Rejected where Bluesky would refuse the words.
 */
export async function recordOf(
  { caption, altText, width, height }: PostContent,
  media: object,
  createdAt: string,
  resolve: Resolve,
): Promise<Record<string, unknown>> {
  const flaw = tooLongForBluesky(caption);
  if (flaw !== undefined) throw new TaskError("rejected", `The caption ${flaw}: the post is on X alone.`);
  const facets: object[] = [];
  let text = "";
  let bytes = 0;
  for (const part of partsOf(caption)) {
    const end = bytes + Buffer.byteLength(part.text);
    const feature = part.feature && (await featureOf(part.feature, resolve));
    if (feature !== undefined) facets.push({ index: { byteStart: bytes, byteEnd: end }, features: [feature] });
    text += part.text;
    bytes = end;
  }
  return {
    $type: "app.bsky.feed.post",
    text,
    createdAt,
    ...(facets.length > 0 && { facets }),
    embed: {
      $type: "app.bsky.embed.images",
      images: [{ alt: altText ?? "", image: media, aspectRatio: { width, height } }],
    },
  };
}

async function featureOf(feature: Feature, resolve: Resolve): Promise<object | undefined> {
  if ("link" in feature) return { $type: "app.bsky.richtext.facet#link", uri: feature.link };
  if ("tag" in feature) return { $type: "app.bsky.richtext.facet#tag", tag: feature.tag };
  const did = await resolve(feature.mention);
  return did === undefined ? undefined : { $type: "app.bsky.richtext.facet#mention", did };
}
