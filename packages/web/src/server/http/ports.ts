import type { RandomBytes } from "@twobytwo/core/access/secret";
import type { Crop } from "@twobytwo/core/asking/ask-crop";
import type { AskX } from "@twobytwo/core/asking/ask-x";
import type { Ports } from "@twobytwo/core/ports";
import type { StateMachine } from "@twobytwo/core/runs/runs";

/** Everything that the web app's server needs from outside. */
export interface WebPorts extends Ports {
  stateMachine: StateMachine;
  /** Anyone can reach this server, so the keys of X and the opening of pictures are left to other functions. */
  askX: AskX;
  crop: Crop;
  randomBytes: RandomBytes;
  /** `sandbox` or the stage. */
  stage: string;
  region: string;
  /** The app's only origin, if it is not the function's own address. */
  webOrigin?: string;
  /**
   * The header in which a CDN gives the visitor's address. Set only where nobody but that CDN can reach this server; otherwise the
   * address is that of the connection.
   */
  viewerHeader?: string;
  /** Where posts are shown, for example `https://x.com`. */
  postsOrigin: string;
  /** The built app. */
  assets: Assets;
  /** Sends a mail to the owner; absent if there is no address. */
  tellOwner?: (mail: { subject: string; message: string }) => Promise<void>;
  /** Writes one line to the log. */
  log: (line: Record<string, unknown>) => void;
}

/** The files of the built app, by their path: `/assets/main-3f2a.js`. */
export interface Assets {
  /** Paths of the files, without the compressed copies. */
  paths: ReadonlySet<string>;
  read(path: string): Asset | undefined;
}

export interface Asset {
  bytes: Buffer;
  eTag: string;
}
