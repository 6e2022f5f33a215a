import { createHash } from "node:crypto";
import { createRequire } from "node:module";
import * as v from "valibot";
import { type Answer, json, Refused, sortedJson } from "./answer.ts";
import { usableMedia } from "./media-calls.ts";
import { duplicate, forbidden, invalidMedia, notFound, refuseRequest } from "./problems.ts";
import { type ApiRequest, digits, parseJson, pathId } from "./request.ts";
import { nextId, type Post, savePost, type X } from "./state.ts";

const Id = v.pipe(v.string(), v.regex(digits, "does not match ^[0-9]{1,19}$"));

const PostBody = v.strictObject({
  text: v.optional(v.string(), ""),
  media: v.optional(
    v.strictObject({
      media_ids: v.pipe(
        v.array(Id),
        v.minLength(1, "there must be a minimum of 1 items in the array"),
        v.maxLength(4, "there must be a maximum of 4 items in the array"),
      ),
    }),
  ),
  made_with_ai: v.optional(v.boolean()),
});
type PostBody = v.InferOutput<typeof PostBody>;

const hour = 60 * 60 * 1000;
const comparedPosts = 10;

export function createPost(x: X, request: ApiRequest): Answer {
  const body = parseJson(request, PostBody);
  const text = checkText(body);
  const mediaIds = body.media?.media_ids ?? [];
  const bodyHash = createHash("sha256")
    .update(`${x.ownerId} ${sortedJson(body)}`)
    .digest("hex");
  if (isRemembered(x, bodyHash)) throw new Refused(duplicate());
  checkMedia(x, mediaIds);
  if (repeatsText(x, text, mediaIds)) throw new Refused(duplicate());
  const { id, answeredText: answered } = addPost(x, { text, mediaIds, bodyHash });
  return json(201, { data: { edit_history_tweet_ids: [id], id, text: answered } });
}

function addPost(x: X, given: Pick<Post, "text" | "mediaIds" | "bodyHash">): Post {
  const id = nextId(x);
  const answered = answeredText(given.text, id, given.mediaIds.length > 0);
  const post = { id, ...given, answeredText: answered, createdAt: x.clock() };
  x.controls.readsBefore.set(id, x.controls.timelineReads);
  savePost(x, post);
  return post;
}

/** DELETE /2/tweets/{id}; the body of the post may be posted again from then on. */
export function deletePost(x: X, request: ApiRequest): Answer {
  if (!deleteByHand(x, pathId(request))) throw new Refused(notFound());
  return json(200, { data: { deleted: true } });
}

function checkText({ text, media }: PostBody): string {
  const clean = cleanText(text);
  if (clean === "" && !media) refuseRequest("Either `text` or `media` must be given.", { text: [text] });
  const length = weightedLength(clean);
  if (length > longestText) {
    refuseRequest(`Your Tweet text is too long: ${length} of ${longestText}.`, { text: [text] });
  }
  if (cashtags(clean).length > 1) throw new Refused(forbidden());
  return clean;
}

function checkMedia(x: X, ids: readonly string[]): void {
  const media = ids.map((id) => usableMedia(x, id));
  const areUsable = media.every((one) => one?.picture !== undefined);
  const isMixed = media.length > 1 && media.some((one) => one?.category === "tweet_gif");
  if (!areUsable || isMixed || new Set(ids).size !== ids.length) throw new Refused(invalidMedia(ids));
}

/** What the owner of the account posts by hand, in the app or on the web. */
export function postByHand(x: X, text: string): void {
  addPost(x, { text, mediaIds: [], bodyHash: `by hand ${x.lastId}` });
}

/** The owner takes a post down; false where there is none, or none any more. */
export function deleteByHand(x: X, id: string): boolean {
  const post = x.posts.get(id);
  if (!post || post.deletedAt !== undefined) return false;
  savePost(x, { ...post, deletedAt: x.clock() });
  return true;
}

function isRemembered(x: X, bodyHash: string): boolean {
  return recentPosts(x).some((post) => post.bodyHash === bodyHash);
}

/** X's second check. With media it never strikes, since the media link at the end of the text is a new one each time. */
function repeatsText(x: X, text: string, mediaIds: readonly string[]): boolean {
  if (mediaIds.length > 0) return false;
  const compared = recentPosts(x).slice(-comparedPosts);
  return compared.some((post) => post.mediaIds.length === 0 && post.text === text);
}

/** Of the hours that X remembers, not deleted, oldest first. */
function recentPosts(x: X): Post[] {
  const since = x.clock() - x.controls.settings.memoryHours * hour;
  return [...x.posts.values()].filter((post) => post.deletedAt === undefined && post.createdAt > since);
}

type TwitterText = typeof import("twitter-text");
const load = createRequire(import.meta.url);
/** Of its 230 modules, those that a text needs, loaded by the first one: all together would be a quarter of a start. */
const twitterText = <Name extends keyof TwitterText>(name: Name): TwitterText[Name] =>
  load(`twitter-text/dist/${name}.js`);

/** X's weighted limit; an attached picture's link is not counted. */
const longestText = 280;

/** What X keeps of a text: no characters that it finds illegal, one kind of line break, at most one blank line. */
function cleanText(text: string): string {
  return (
    text
      .normalize("NFC")
      .replace(/\r\n?/g, "\n")
      // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is removed
      .replace(/[\u0000-\u0008\u000b-\u001f\u007f\ufeff\ufffe\uffff]/g, "")
      .replace(/\n[^\S\n]*(?:\n[^\S\n]*)+\n/g, "\n\n")
      .trim()
  );
}

function weightedLength(text: string): number {
  return twitterText("parseTweet")(text).weightedLength;
}

function cashtags(text: string): string[] {
  return twitterText("extractCashtags")(text);
}

/** As X answers it: `& < >` as entities, every URL shortened, and a link to the media at the end. */
function answeredText(text: string, postId: string, hasMedia: boolean): string {
  let answered = "";
  let at = 0;
  const urls = twitterText("extractUrlsWithIndices")(text, { extractUrlsWithoutProtocol: true });
  for (const { url, indices } of urls) {
    answered += `${escapeEntities(text.slice(at, indices[0]))}${shortLink(`${postId} ${indices[0]} ${url}`)}`;
    at = indices[1];
  }
  answered += escapeEntities(text.slice(at));
  return hasMedia ? `${answered} ${shortLink(postId)}`.trimStart() : answered;
}

const entities: Record<string, string> = { "&": "&amp;", "<": "&lt;", ">": "&gt;" };
const escapeEntities = (text: string) => text.replace(/[&<>]/g, (char) => entities[char] ?? char);

/** Unlike for every post, as X's own are: the same text with the same picture is no duplicate by its text. */
function shortLink(of: string): string {
  const code = createHash("sha256").update(of).digest("base64").replace(/[+/=]/g, "").slice(0, 10);
  return `https://t.co/${code}`;
}
