import { createHash } from "node:crypto";
import { definitionBefore } from "./definition-before.ts";
import { play } from "./play.ts";
import { buildSubject } from "./subject.ts";

const subject = await buildSubject();
const from = Number(process.argv[2]),
  n = Number(process.argv[3]);
let text = "";
let bad = 0;
for (let s = from; s < from + n; s++) {
  const a = (await play(subject, s, definitionBefore)).journal.join("\n");
  const b = (await play(subject, s, definitionBefore)).journal.join("\n");
  if (a !== b) {
    bad++;
    const al = a.split("\n"),
      bl = b.split("\n");
    const i = al.findIndex((l, k) => l !== bl[k]);
    console.log(s, "DIFFERS", i, al[i], "|", bl[i]);
  }
  text += a;
}
console.log(bad, createHash("sha256").update(text).digest("hex"));
