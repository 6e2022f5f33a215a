import { account } from "../base/account.ts";
import { AccountFace } from "../base/account-line.tsx";
import { Picture } from "../base/picture.tsx";
import { postParts } from "./post-text.ts";
import "./post-preview.css";

interface PreviewOf {
  title: string;
  caption?: string | undefined;
  altText?: string | undefined;
  thumbnailUrl?: string | undefined;
  /** The picture for X, where it is at hand. */
  pictureUrl?: string | undefined;
}

/** The post as X shows it: the text with its links, the picture, and the mark for alt text. */
export function PostPreview({ square }: { square: PreviewOf }) {
  const parts = postParts(square);
  const known = account.value?.state === "known" ? account.value : undefined;
  return (
    <figure class="post" aria-label="Preview of the post">
      <AccountFace />
      <div class="post-main">
        <p class="post-head">
          {known ? (
            <>
              <strong>{known.name}</strong> <span>@{known.username}</span>
            </>
          ) : (
            <span>Account not known</span>
          )}{" "}
          <span>· now</span>
        </p>
        <p class="post-text">
          {/* A post is made of parts in order, which have no names of their own. */}
          {parts.map(({ text, isLink }, index) =>
            isLink ? (
              <span key={index} class="post-link">
                {text}
              </span>
            ) : (
              text
            ),
          )}
        </p>
        <div class="post-picture">
          <Picture src={square.pictureUrl ?? square.thumbnailUrl} alt={square.altText ?? ""} size={480} />
          {square.altText && <span class="post-alt">ALT</span>}
        </div>
      </div>
    </figure>
  );
}
