/**
 * Every kind of row in the table that is no square: their ids begin with `#`. An archive and its import go by this list alone: a
 * kind that is not in it goes nowhere, so that nobody has to remember to keep it out.
 */
export interface Book {
  /** The id of the one row or, where it ends with `#`, the beginning of the ids of many. */
  id: string;
  /** How long such a row is there, for a person. */
  lives: string;
  /** An archive takes it along: it is true of the squares wherever they are. */
  travels?: true;
  /** An import adds to this set of texts instead of refusing a row that is there already. */
  merges?: string;
  /** It says who may use the web app. No archive brings such rights, and none brings back what was revoked. */
  access?: true;
}

export const books: readonly Book[] = [
  { id: "#stock", lives: "for good; an import counts it anew", travels: true },
  { id: "#schedule", lives: "while somebody or the workflow pauses", travels: true },
  { id: "#sha256#", lives: "as long as its square", travels: true },
  { id: "#phash#", lives: "for good", travels: true, merges: "likes" },
  { id: "#series", lives: "for good", travels: true, merges: "series" },

  { id: "#slot#", lives: "7 days" },
  { id: "#run#", lives: "7 days" },
  { id: "#day#", lives: "2 days" },
  { id: "#post#", lives: "a day" },
  { id: "#tickets#", lives: "a quarter of an hour" },
  { id: "#late", lives: "for good" },
  { id: "#account", lives: "until X describes the account again" },
  { id: "#watch", lives: "for good" },
  { id: "#import", lives: "until the import has come to its end" },
  { id: "#upload#", lives: "7 days; 30 for a look-alike that nobody has decided on" },
  { id: "#held-uploads", lives: "for good" },
  { id: "#web-key", lives: "for good" },

  { id: "#device#", lives: "until it is revoked", access: true },
  { id: "#devices", lives: "for good", access: true },
  { id: "#session#", lives: "30 days without use, 90 at the most", access: true },
  { id: "#invite#", lives: "a day", access: true },
  { id: "#invites", lives: "for good", access: true },
  { id: "#challenge#", lives: "5 minutes", access: true },
];

/** The kind of a row by its id; undefined for a square, and for a kind that this version does not know. */
export const bookOf = (id: string): Book | undefined =>
  books.find((book) => (book.id.endsWith("#") ? id.startsWith(book.id) : id === book.id));

/** Whether an archive takes a row along: squares, and what is true of them anywhere. */
export const travels = (id: string): boolean => !id.startsWith("#") || bookOf(id)?.travels === true;
