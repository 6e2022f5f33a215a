/// <reference path="./punycode.d.ts" />
import punycode from "punycode/punycode.es6.js";
import { knownEnding, newerEnding } from "./top-level-domains.ts";

/** A part of a text that X makes a link of. */
export interface Link {
  url: string;
  /** Where it begins, in UTF-16 units of the normalized text. */
  start: number;
}

/*
 * The rules are those of twitter-text 3.1.0, X's own package (Apache License 2.0), without its polyfills and what it does not need
 * here. A test compares the two over generated captions.
 */
const marks = String.raw`\u202A-\u202E\u061C\u200E\u200F\u2066\u2067\u2068\u2069`;
const illegal = String.raw`\uFFFE\uFEFF\uFFFF`;
const spaces = String.raw`\x09-\x0D\x20\x85\xA0\u1680\u180E\u2000-\u200A\u2028\u2029\u202F\u205F\u3000`;
const accented = String.raw`\xC0-\xD6\xD8-\xF6\xF8-\xFF\u0100-\u024F\u0253\u0254\u0256\u0257\u0259\u025B\u0263\u0268\u026F\u0272\u0289\u028B\u02BB\u0300-\u036F\u1E00-\u1EFF`;

const before = `(?:[^A-Za-z0-9@＠$#＃${illegal}]|[${marks}]|^)`;
const inDomain = String.raw`[^!'#%&()*+,\\\-./:;<=>?@\[\]^_{|}~$${spaces}${illegal}${marks}]`;
const subdomain = String.raw`(?:(?:${inDomain}(?:[_-]|${inDomain})*)?${inDomain}\.)`;
const domainName = String.raw`(?:(?:${inDomain}(?:-|${inDomain})*)?${inDomain}\.)`;
const inPath = String.raw`[a-z\u0400-\u04FF0-9!*';:=+,.$/%#\[\]\-\u2013_~@|&${accented}]`;
const parentheses = String.raw`\((?:${inPath}+|(?:${inPath}*\(${inPath}+\)${inPath}*))\)`;
const pathEnd = String.raw`[+\-a-z\u0400-\u04FF0-9=_#/${accented}]|(?:${parentheses})`;
const path = `(?:(?:${inPath}*(?:${parentheses}${inPath}*)*(?:${pathEnd}))|(?:@${inPath}+/))`;
const query = String.raw`\?[a-z0-9!?*'@();:&=+$/%#\[\]\-_.,~|]*[a-z0-9\-_&=#/]`;

const patternsOf = (ending: string) => ({
  link: new RegExp(
    `(?<before>${before})(?<url>(?<protocol>https?://)?(?<domain>${subdomain}*${domainName}(?:${ending}))(?::[0-9]+)?(?<path>/${path}*)?(?:${query})?)`,
    "gi",
  ),
  bareDomain: new RegExp(String.raw`(?:[\-a-z0-9${accented}]+\.)+(?:${ending})`, "gi"),
});
type Patterns = ReturnType<typeof patternsOf>;

/** X's own short links end with their code, whatever follows. */
const shortLink = new RegExp(String.raw`^https?://t\.co/(?<code>[a-z0-9]+)(?:${query})?`, "i");
const longestUrl = 4096;
const longestLabel = 63;
const longestCode = 40;

let known: Patterns | undefined;
let newer: Patterns | undefined;

/** What X makes links of, in order; the text has to be normalized (NFC). */
export function linksOf(text: string): Link[] {
  if (!text.includes(".")) return [];
  known ??= patternsOf(knownEnding);
  return found(text, known);
}

/** What may be a link: the ending of its domain is younger than what X has published. */
export function possibleLinksOf(text: string): Link[] {
  if (!text.includes(".")) return [];
  newer ??= patternsOf(newerEnding);
  return found(text, newer);
}

function found(text: string, { link, bareDomain }: Patterns): Link[] {
  return [...text.matchAll(link)].flatMap(({ index, 0: whole, groups = {} }) => {
    const { before = "", url = "", protocol, domain = "", path } = groups;
    if (!isAddress(url, domain, protocol)) return [];
    const end = index + whole.length;
    const start = end - url.length;
    if (protocol !== undefined) return withProtocol(url, start);
    if (/[-_./]$/.test(before)) return [];
    const domains: Link[] = [...domain.matchAll(bareDomain)].map((bare) => ({
      url: bare[0],
      start: start + bare.index,
    }));
    const last = domains.at(-1);
    if (last !== undefined && path !== undefined) last.url = url.replace(domain, () => last.url);
    return domains;
  });
}

function withProtocol(url: string, start: number): Link[] {
  const short = shortLink.exec(url);
  if (short === null) return [{ url, start }];
  return (short.groups?.["code"]?.length ?? 0) > longestCode ? [] : [{ url: short[0], start }];
}

/** Letters of any script may stand directly before a domain, and count as a part of its name: a long sentence is no name. */
function isAddress(url: string, domain: string, protocol = "https://"): boolean {
  const fits = domain.split(".").every((label) => {
    const { length } = punycode.toASCII(label);
    return length >= 1 && length <= longestLabel;
  });
  return fits && protocol.length + url.length <= longestUrl;
}
