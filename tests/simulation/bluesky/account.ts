import { deleteRecord, type Repository } from "@twobytwo/sandbox/bluesky/repository";
import { answer, type Pds } from "@twobytwo/sandbox/bluesky/xrpc";

/** A record that came into being, or back into it. */
export interface Created {
  at: number;
  rkey: string;
  text: string;
  altText: string;
  /** CID of its picture. */
  cid: string;
  /** Another record of that moment shows the very same picture: then a server keeps it. */
  isPictureShared: boolean;
}

/** The account at Bluesky, on the server that the sandbox has as well. */
export class BlueskyAccount {
  readonly password = "simulated-app-password";
  readonly created: Created[] = [];
  /** Keys that were taken down, by a person or by a command. */
  readonly deleted = new Set<string>();
  readonly repository: Repository = {
    did: "did:plc:simulated",
    handle: "artist.test",
    posts: new Map(),
    blobs: new Map(),
  };
  readonly pds: Pds;

  constructor(now: () => number) {
    this.pds = { repository: this.repository, password: this.password, tokens: new Map(), clock: now };
  }

  get credentials() {
    return { service: "http://pds.simulated", account: this.repository.did, password: this.password };
  }

  /** The newest post, as its owner sees it. */
  takeDownByHand(): string | undefined {
    const rkey = [...this.repository.posts.keys()].sort().at(-1);
    if (rkey !== undefined) this.#delete(rkey);
    return rkey;
  }

  #delete(rkey: string): void {
    deleteRecord(this.repository, rkey);
    this.deleted.add(rkey);
  }

  /** Makes a call happen, at this moment. */
  happen(request: Parameters<typeof answer>[1], now: number, role: string) {
    const before = new Set(this.repository.posts.keys());
    const done = answer(this.pds, request);
    for (const post of this.repository.posts.values()) {
      if (before.has(post.rkey)) continue;
      const [image] = post.record.embed?.images ?? [];
      const cid = image?.image.ref.$link ?? "";
      const others = [...this.repository.posts.values()].filter(({ rkey }) => rkey !== post.rkey);
      this.created.push({
        at: now,
        rkey: post.rkey,
        text: post.record.text,
        altText: image?.alt ?? "",
        cid,
        isPictureShared: others.some(({ record }) => record.embed?.images?.[0]?.image.ref.$link === cid),
      });
    }
    for (const rkey of before) {
      if (this.repository.posts.has(rkey)) continue;
      this.deleted.add(rkey);
      // A share that finds its square posted no more takes back what it has just made.
      const last = this.created.findLastIndex((one) => one.rkey === rkey);
      if (role === "share-on-bluesky" && last >= 0) this.created.splice(last, 1);
    }
    return done;
  }
}
