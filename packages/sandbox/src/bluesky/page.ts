import { escapeHtml, contentSecurityPolicy as policyOfX } from "../x/page.ts";
import { style } from "../x/page-style.ts";
import { displayName } from "../x/state.ts";
import type { Post, PostRecord } from "./repository.ts";

/** The page has the style of the sandbox's X, and so its policy. */
export const contentSecurityPolicy = policyOfX;

export interface Timeline {
  handle: string;
  did: string;
  password: string;
  /** Newest first. */
  posts: readonly Post[];
}

export function timelinePage({ handle, did, password, posts }: Timeline): string {
  const count = posts.length === 1 ? "1 post" : `${posts.length} posts`;
  const empty = `<section class="empty"><h2>Nothing posted yet</h2>
<p>To share squares here: <code>2x2 connect bluesky --handle ${handle}</code></p>
<p>The app password of this sandbox: <code>${password}</code></p></section>`;
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${displayName} (@${handle}) on Bluesky</title>
<style>${style}</style>
</head>
<body>
<main>
<header><div><h1>${displayName}</h1><p>@${handle} on Bluesky, ${count}</p></div><span class="tag">sandbox</span></header>
${posts.length === 0 ? empty : posts.map((post) => article(post, { handle, did })).join("\n")}
</main>
</body>
</html>
`;
}

function article({ rkey, record }: Post, { handle, did }: { handle: string; did: string }): string {
  const images = record.embed?.images ?? [];
  const figures = images.map(({ alt, image }) => {
    const caption =
      alt === "" ? "" : `<figcaption><b class="alt">ALT</b> <span dir="auto">${escapeHtml(alt)}</span></figcaption>`;
    return `<figure><img src="/picture/${image.ref.$link}" alt="${escapeHtml(alt)}" loading="lazy">${caption}</figure>`;
  });
  const pictures = images.length === 0 ? "" : `<div class="pictures n${images.length}">${figures.join("")}</div>`;
  const text = record.text === "" ? "" : `<p class="text" dir="auto">${richText(record)}</p>`;
  return `<article id="post-${rkey}">
<span class="face" aria-hidden="true">${displayName.slice(0, 1)}</span>
<div class="post">
<p class="who"><b>${displayName}</b> <span>@${handle}</span> <time datetime="${record.createdAt}">${record.createdAt.slice(0, 16).replace("T", " ")} UTC</time></p>
${text}
${pictures}
<p class="id"><a href="/profile/${did}/post/${rkey}">${rkey}</a></p>
</div>
</article>`;
}

/** Facets count in bytes of UTF-8. */
function richText({ text, facets = [] }: PostRecord): string {
  const bytes = Buffer.from(text);
  let [html, from] = ["", 0];
  for (const { index, features } of facets) {
    const shown = escapeHtml(bytes.subarray(index.byteStart, index.byteEnd).toString());
    const { uri, tag, did } = (features[0] ?? {}) as { uri?: string; tag?: string; did?: string };
    const leadsTo =
      uri ??
      (tag === undefined ? `https://bsky.app/profile/${did}` : `https://bsky.app/hashtag/${encodeURIComponent(tag)}`);
    html += `${escapeHtml(bytes.subarray(from, index.byteStart).toString())}<a href="${escapeHtml(leadsTo)}" rel="noreferrer">${shown}</a>`;
    from = index.byteEnd;
  }
  return html + escapeHtml(bytes.subarray(from).toString());
}
