/** What the web app and its server say to each other of squares that are held; times are ISO strings. */

export interface Sending {
  /** When it was sent first, where the row tells. */
  at?: string;
  /** The words that were sent; others may have been written since. */
  words: string;
  /** How often it was sent again. */
  resends: number;
  /** Complete looks at the account's posts since, which did not see it. */
  looks: number;
}

/** The account's posts since a held square was sent, the likeliest first; those of other squares last. */
export interface Candidates {
  candidates: Candidate[];
  complete: boolean;
  /** Why it is not complete, in words. */
  why?: string;
  /** Further posts of that time, which are not given. */
  leftOut: number;
}
export interface Candidate {
  tweetId: string;
  text: string;
  postedAt?: string;
  url: string;
  /** Of its first picture, where X gives one that this app may show. */
  pictureUrl?: string;
  sameWords: boolean;
  /** It has the very upload of the square. */
  sameMedia: boolean;
  /** The square that has this post already. */
  knownAs?: { id: string; title: string };
}
