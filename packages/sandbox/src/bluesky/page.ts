import { escapeHtml, layout, postArticle } from "../x/page.ts";
import { displayName } from "../x/state.ts";
import type { Post, PostRecord } from "./repository.ts";

export interface Timeline {
  handle: string;
  did: string;
  password: string;
  posts: readonly Post[];
}

export function timelinePage({ handle, did, password, posts }: Timeline): string {
  const count = posts.length === 1 ? "1 post" : `${posts.length} posts`;
  const empty = `<section class="empty"><h2>Nothing posted yet</h2>
<p>To share squares here: <code>2x2 connect bluesky --handle ${handle}</code></p>
<p>The app password of this sandbox: <code>${password}</code></p></section>`;
  const articles = posts.map(({ rkey, record }) =>
    postArticle({
      id: rkey,
      link: `/profile/${did}/post/${rkey}`,
      by: handle,
      at: Date.parse(record.createdAt),
      text: richText(record),
      pictures: (record.embed?.images ?? []).map(({ alt, image }) => ({
        source: `/picture/${image.ref.$link}`,
        altText: alt,
      })),
    }),
  );
  return layout({
    title: `${displayName} (@${handle}) on Bluesky`,
    count: `@${handle} on Bluesky, ${count}`,
    body: articles.join("\n") || empty,
  });
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
