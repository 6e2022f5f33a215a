import type { Answer } from "./answer.ts";
import { forOwnPages, icon, missingPage, postPage, type ShownPost, timelinePage } from "./page.ts";
import { latestPosts, mediaOf } from "./read-calls.ts";
import { type Post, readMediaBytes, type X } from "./state.ts";

/** What a browser may look at: `/`, `/<user>/status/<id>` and `/media/<media key>`. */
export function callWeb(x: X, target: URL): Answer {
  const path = target.pathname;
  if (path === "/") return page(200, timelinePage(latestPosts(x).map((post) => shown(x, post))));
  if (path === "/icon.svg") return { status: 200, contentType: "image/svg+xml", body: icon };
  const mediaKey = /^\/media\/(\d{1,2}_\d{1,19})$/.exec(path)?.[1];
  if (mediaKey) return picture(x, mediaKey);
  const id = /^\/\w{1,15}\/status\/(\d{1,19})$/.exec(path)?.[1];
  const post = id === undefined ? undefined : x.posts.get(id);
  return post && post.deletedAt === undefined ? page(200, postPage(shown(x, post))) : page(404, missingPage());
}

function shown(x: X, post: Post): ShownPost {
  return { post, media: mediaOf(x, post) };
}

function picture(x: X, mediaKey: string): Answer {
  const media = [...x.media.values()].find((one) => one.mediaKey === mediaKey);
  const bytes = media?.picture && readMediaBytes(x, media.id);
  if (!media?.picture || !bytes) return page(404, missingPage());
  return {
    status: 200,
    contentType: media.picture.contentType,
    body: bytes,
    headers: {
      "cache-control": "public, max-age=31536000, immutable",
      "x-content-type-options": "nosniff",
      // As X's own: the web app shows the account's posts with their pictures. A page that shows one cannot read it.
      "cross-origin-resource-policy": "cross-origin",
    },
  };
}

function page(status: number, body: string): Answer {
  return { status, contentType: "text/html; charset=utf-8", body, headers: forOwnPages };
}
