import { createHash } from "node:crypto";
import { createRequire } from "node:module";

type TwitterText = typeof import("twitter-text");
const load = createRequire(import.meta.url);
/** Of its 230 modules, those that a text needs, loaded by the first one: all together would be a quarter of a start. */
const twitterText = <Name extends keyof TwitterText>(name: Name): TwitterText[Name] =>
  load(`twitter-text/dist/${name}.js`);

/** X's weighted limit; an attached picture's link is not counted. */
export const longestText = 280;

/** What X keeps of a text: no characters that it finds illegal, one kind of line break, at most one blank line. */
export function cleanText(text: string): string {
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

export function weightedLength(text: string): number {
  return twitterText("parseTweet")(text).weightedLength;
}

export function cashtags(text: string): string[] {
  return twitterText("extractCashtags")(text);
}

/** As X answers it: `& < >` as entities, every URL shortened, and a link to the media at the end. */
export function answeredText(text: string, postId: string, hasMedia: boolean): string {
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
