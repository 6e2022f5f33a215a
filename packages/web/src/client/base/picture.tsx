import { useState } from "preact/hooks";
import { Icon } from "./icons.tsx";
import { squarePath } from "./router.ts";

interface PictureProps {
  src: string | undefined;
  alt: string;
  /** Its largest size in CSS pixels; the style sheet reserves the box. */
  size: number;
  eager?: boolean;
  /** Tells the size of the picture itself, in pixels, upright. */
  onSize?: (size: { width: number; height: number }) => void;
}

/** A picture in a square box that is reserved before it loads. */
export function Picture({ src, alt, size, eager = false, onSize }: PictureProps) {
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
        onLoad={({ currentTarget: { naturalWidth: width, naturalHeight: height } }) => {
          setState("shown");
          onSize?.({ width, height });
        }}
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

/** The title beside it is the same link; keyboards and screen readers need only one. */
const forPointers = { tabIndex: -1, "aria-hidden": true } as const;

/** The picture of a row, as a link to its square for mouse and touch. */
export function PictureLink({ id, src, size, eager = false }: PictureLinkProps) {
  return (
    <a class="row-picture" href={squarePath(id)} {...forPointers}>
      <Picture src={src} alt="" size={size} eager={eager} />
    </a>
  );
}
