import { useState } from "preact/hooks";
import { Icon } from "./icons.tsx";

interface PictureProps {
  src: string | undefined;
  alt: string;
  /** CSS pixels that it will have at most; the box is reserved by the style sheet. */
  size: number;
  eager?: boolean;
}

/** A picture in a square that is there before the picture is. */
export function Picture({ src, alt, size, eager = false }: PictureProps) {
  const [state, setState] = useState<"loading" | "shown" | "failed">("loading");
  if (src === undefined || state === "failed")
    return (
      <span class="picture picture-none" role="img" aria-label={alt || "No picture"}>
        <Icon name="picture" />
      </span>
    );
  return (
    <span class="picture" data-state={state}>
      <img
        src={src}
        alt={alt}
        width={size}
        height={size}
        loading={eager ? "eager" : "lazy"}
        decoding="async"
        draggable={false}
        onLoad={() => setState("shown")}
        onError={() => setState("failed")}
      />
    </span>
  );
}

interface PictureLinkProps {
  id: string;
  src: string | undefined;
  size: number;
  eager?: boolean;
}

/** The same link stands beside it in words, and once is enough to hear and to tab to. */
const forPointers = { tabIndex: -1, "aria-hidden": true } as const;

/** The picture of a row leads to its square for those who point; the title beside it does for everybody. */
export function PictureLink({ id, src, size, eager = false }: PictureLinkProps) {
  return (
    <a class="row-picture" href={`/squares/${encodeURIComponent(id)}`} {...forPointers}>
      <Picture src={src} alt="" size={size} eager={eager} />
    </a>
  );
}
