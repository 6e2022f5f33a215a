import { createHash } from "node:crypto";
import { style } from "./page-style.ts";
import { displayName, type Media, type Post, username } from "./state.ts";

export interface ShownPost {
  post: Post;
  media: Media[];
}

/** The page's own style is the only thing that it may run or load, apart from pictures of this server. */
const contentSecurityPolicy = [
  "default-src 'none'",
  "img-src 'self'",
  `style-src 'sha256-${createHash("sha256").update(style).digest("base64")}'`,
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join("; ");

/** No page of a website may show what is here as if it were its own, nor find out what there is by trying. */
export const forOwnPages = {
  "content-security-policy": contentSecurityPolicy,
  "cache-control": "no-store",
  "x-content-type-options": "nosniff",
  "cross-origin-resource-policy": "same-origin",
};

/** Two by two squares, one of them filled: served at `/icon.svg`. */
export const icon = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 16 16"><path fill="#1d6fb8" d="M1 1h6v6H1z"/><path fill="#8b98a5" d="M9 1h6v6H9zM1 9h6v6H1zM9 9h6v6H9z"/></svg>`;

/** Newest first. */
export function timelinePage(posts: readonly ShownPost[]): string {
  const count = posts.length === 1 ? "1 post" : `${posts.length} posts`;
  const empty = `<section class="empty"><h2>Nothing posted yet</h2>
<p>Posts appear here as soon as the workflow sends one to this sandbox’s X.</p></section>`;
  const body = posts.length === 0 ? empty : posts.map(article).join("\n");
  return layout({ title: `${displayName} (@${username})`, count, body });
}

export function postPage(shown: ShownPost): string {
  const title = shown.post.text === "" ? `Post ${shown.post.id}` : shown.post.text;
  return layout({ title, count: "Post", body: article(shown), back: true });
}

export function missingPage(): string {
  const body = `<section class="empty"><h2>There is no such page</h2>
<p>The post may have been deleted. <a href="/">Go to the timeline</a>.</p></section>`;
  return layout({ title: "Not found", count: "Not found", body, back: true });
}

/** A page of this X, or of the sandbox's Bluesky, which has its style. */
export function layout(input: { title: string; count: string; body: string; back?: boolean }): string {
  const back = input.back ? `<a class="back" href="/" aria-label="Back to the timeline">←</a>` : "";
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${escapeHtml(input.title)}</title>
<link rel="icon" href="/icon.svg" type="image/svg+xml">
<style>${style}</style>
</head>
<body>
<main>
<header>${back}<div><h1>${escapeHtml(displayName)}</h1><p>${escapeHtml(input.count)}</p></div><span class="tag">sandbox</span></header>
${input.body}
</main>
</body>
</html>
`;
}

/** @param text HTML, empty where the post has none */
export function postArticle(post: {
  id: string;
  link: string;
  by: string;
  at: number;
  text: string;
  pictures: { source: string; altText: string; width?: number; height?: number }[];
}): string {
  const { id, link, by, at, text, pictures } = post;
  const figures = pictures.map(({ source, altText, width, height }) => {
    const [alt, size] = [escapeHtml(altText), width ? ` width="${width}" height="${height}"` : ""];
    const caption = alt && `<figcaption><b class="alt">ALT</b> <span dir="auto">${alt}</span></figcaption>`;
    return `<figure><img src="${source}" alt="${alt}"${size} loading="lazy">${caption}</figure>`;
  });
  return `<article id="post-${id}">
<span class="face" aria-hidden="true">${displayName.slice(0, 1)}</span>
<div class="post">
<p class="who"><b>${displayName}</b> <span>@${by}</span> <a href="${link}">${timeElement(at)}</a></p>
${text && `<p class="text" dir="auto">${text}</p>`}
${figures.length === 0 ? "" : `<div class="pictures n${figures.length}">${figures.join("")}</div>`}
<p class="id"><a href="${link}">${id}</a></p>
</div>
</article>`;
}

function article({ post, media }: ShownPost): string {
  const pictures = media.flatMap(({ picture, mediaKey, altText = "" }) =>
    picture ? [{ source: `/media/${mediaKey}`, altText, width: picture.width, height: picture.height }] : [],
  );
  const link = `/${username}/status/${post.id}`;
  return postArticle({ ...post, link, by: username, at: post.createdAt, text: escapeHtml(post.text), pictures });
}

/** Made with the first page: it takes as long to make as a small module to load. */
let format: Intl.DateTimeFormat | undefined;

function timeElement(at: number): string {
  format ??= new Intl.DateTimeFormat("en-GB", { dateStyle: "medium", timeStyle: "short", timeZone: "UTC" });
  return `<time datetime="${new Date(at).toISOString()}">${format.format(at)} UTC</time>`;
}

const characters: Record<string, string> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&#39;" };

export function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (char) => characters[char] ?? char);
}
