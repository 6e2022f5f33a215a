/** The part of the API (`contract.ts`) about held squares. */

export interface Sending {
  /** When it was first sent, if the row says so. */
  at?: string;
  /** The text that was sent; it may have been edited since. */
  words: string;
  /** How often it was sent again. */
  resends: number;
  /** How often the account's posts were read completely since, without finding it. */
  looks: number;
}

/** The account's posts since a held square was sent: the most likely first, those of other squares last. */
export interface Candidates {
  candidates: Candidate[];
  complete: boolean;
  /** Why the list is incomplete. */
  why?: string;
  /** How many further posts of that time there are. */
  leftOut: number;
}
export interface Candidate {
  tweetId: string;
  text: string;
  postedAt?: string;
  url: string;
  /** Of its first picture, if this app may show it. */
  pictureUrl?: string;
  sameWords: boolean;
  /** It has the media that was uploaded for the square. */
  sameMedia: boolean;
  /** The square that this post belongs to. */
  knownAs?: { id: string; title: string };
}
