/** What a person is told of a failure. */
export interface Told {
  /** Plain words, without codes. */
  sentence: string;
  /** The whole message, where the sentence leaves something out; it folds away. */
  details?: string;
}

/** An error of this app: its message is plain, whatever names of files are in it. */
export class PlainError extends Error {
  override readonly name: string = "PlainError";
}

/** For messages that have nothing plain in them, by the name of the error. */
const byName: Record<string, string> = {
  Retryable: "A service did not answer.",
  RateLimited: "X is limiting requests for now.",
  Rejected: "This square was refused.",
  MediaInvalid: "X does not accept this picture.",
  MediaMissing: "The file of this picture is missing.",
  NotAuthorized: "X does not accept the keys.",
  NoCredits: "There are no credits left at X.",
  WrongAddress: "X can no longer be reached in the way that this version expects.",
  Unconfirmed: "This table may not know the latest posts. Compare it with the account before anything is posted.",
  UnknownOutcome: "It may have been posted. Nobody can tell for certain.",
};
const unexpected = "Something unexpected went wrong.";

/** In the order in which they are taken out: what a program said, in parentheses, and times for other programs. */
const leftOut = [
  /\s*\((?:[^()]|\([^()]*\))*?(?:HTTP|\bE[A-Z]{4,}|[a-z][A-Z]|[{}[\]]|:\/\/)(?:[^()]|\([^()]*\))*\)/g,
  /[;,]\s*next try at <[^>]*>/g,
  /\s*Next try at <[^>]*>\./g,
];
/** Commands, addresses of AWS, settings, JSON and names in code are for whoever looks after the machine. */
const technical = /[`<>{}]|\barn:|s3:\/\/|\b[A-Z]+_[A-Z_]+\b|\b[a-z]+[A-Z]\w*\b|\bHTTP\b|\b[A-Z]\w+Exception\b/;
const ends = /(?<=[.!?])\s+(?=["“A-Z])/;

/** What is plain in a message. @param name of the error, for a message that has nothing plain */
export function plainWords(message: string, name = ""): Told {
  const said = leftOut.reduce((text, pattern) => text.replace(pattern, ""), message).trim();
  const sentences = said.split(ends).filter((sentence) => sentence !== "" && !technical.test(sentence));
  const sentence = sentences.join(" ") || (byName[name] ?? unexpected);
  const details = [name in byName || name === "" ? "" : `${name}: `, message].join("");
  return sentence === message ? { sentence } : { sentence, details };
}
