import type { RandomBytes } from "@twobytwo/core/access/secret";
import type { Crop } from "@twobytwo/core/asking/ask-crop";
import type { AskX } from "@twobytwo/core/asking/ask-x";
import type { Ports } from "@twobytwo/core/ports";
import type { StateMachine } from "@twobytwo/core/runs/runs";

/** All that the web app's server needs from outside. */
export interface WebPorts extends Ports {
  stateMachine: StateMachine;
  /** Everybody can reach this server: what has the keys of X, and what opens pictures, are functions of their own. */
  askX: AskX;
  crop: Crop;
  randomBytes: RandomBytes;
  /** `sandbox` or the stage. */
  stage: string;
  region: string;
  /** The one origin under which the app may be used, where it is not the function's own address. */
  webOrigin?: string;
  /** Where posts are to be seen, for example `https://x.com`. */
  postsOrigin: string;
  /** The built app. */
  assets: Assets;
  /** Sends a mail to the owner; absent where nobody is to be told. */
  tellOwner?: (mail: { subject: string; message: string }) => Promise<void>;
  /** Takes one line of the log. */
  log: (line: Record<string, unknown>) => void;
}

/** The files of the built app, by their path: `/assets/main-3f2a.js`. */
export interface Assets {
  /** Paths of the files, without those that are only smaller ones of others. */
  paths: ReadonlySet<string>;
  read(path: string): Asset | undefined;
}

export interface Asset {
  bytes: Buffer;
  eTag: string;
}
