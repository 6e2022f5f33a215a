import type { WebPorts } from "./ports.ts";

/** The origin of the pictures in X's posts; the sandbox's X serves them itself. */
export const postPicturesOrigin = ({ stage, postsOrigin }: Pick<WebPorts, "stage" | "postsOrigin">): string =>
  stage === "sandbox" ? new URL(postsOrigin).origin : "https://pbs.twimg.com";

/** Sent with every answer. The policy has two exceptions: the bucket, for pictures and uploads, and X, for pictures of its posts. */
export function securityHeaders({
  bucket,
  postPictures,
}: Record<"bucket" | "postPictures", string>): Record<string, string> {
  const policy = {
    "default-src": "'none'",
    "script-src": "'self'",
    "style-src": "'self'",
    "img-src": `'self' blob: data: ${bucket} ${postPictures}`,
    "media-src": "'self' blob:",
    "font-src": "'self'",
    "connect-src": `'self' ${bucket}`,
    "worker-src": "'self'",
    "manifest-src": "'self'",
    "frame-ancestors": "'none'",
    "base-uri": "'none'",
    "form-action": "'self'",
  };
  const features = ["accelerometer", "display-capture", "geolocation", "gyroscope", "microphone", "payment", "usb"];
  return {
    "content-security-policy": Object.entries(policy)
      .map(([name, value]) => `${name} ${value}`)
      .join("; "),
    // For this host alone: other hosts below the domain are its owner's.
    "strict-transport-security": "max-age=63072000",
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
    "referrer-policy": "no-referrer",
    "permissions-policy": [
      "camera=(self)",
      "publickey-credentials-get=(self)",
      "publickey-credentials-create=(self)",
      ...features.map((feature) => `${feature}=()`),
    ].join(", "),
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "x-robots-tag": "noindex, nofollow",
  };
}
