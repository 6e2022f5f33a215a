/** What was sent as a form is none, or ends too early. */
export class MalformedForm extends Error {
  override readonly name = "MalformedForm";
}

const lineEnd = "\r\n";

/**
 * Takes a `multipart/form-data` body apart, byte for byte, field by field. The platform's own `formData()` is of no use here: it
 * decodes as text what has no file name, which is how twitter-api-v2 sends pictures.
 *
 * @throws MalformedForm
 */
export function* formFields(body: Buffer, contentType: string): Generator<{ name: string; data: Buffer }> {
  const [, quoted, plain] =
    /^multipart\/form-data\b.*;\s*boundary=(?:"([^"]{1,70})"|([^\s;]{1,70}))/i.exec(contentType) ?? [];
  const boundary = quoted ?? plain;
  if (boundary === undefined) throw new MalformedForm("The content type names no boundary");
  // The line end before the first delimiter is optional: reading as if it were there makes all of them alike.
  const whole = Buffer.concat([Buffer.from(lineEnd), body]);
  const delimiter = `${lineEnd}--${boundary}`;
  let at = 0;
  const until = (mark: string): Buffer => {
    const end = whole.indexOf(mark, at);
    if (end < 0) throw new MalformedForm("The request body ended before it was complete");
    const piece = whole.subarray(at, end);
    at = end + Buffer.byteLength(mark);
    return piece;
  };
  until(delimiter);
  while (whole.toString("latin1", at, at + 2) === lineEnd) {
    at += 2;
    const name = readName(until(lineEnd + lineEnd).toString("utf8"));
    yield { name, data: until(delimiter) };
  }
  if (whole.toString("latin1", at, at + 2) !== "--") throw new MalformedForm("A boundary goes on where it should end");
}

function readName(head: string): string {
  const disposition = head.split(lineEnd).find((line) => /^content-disposition:\s*form-data/i.test(line)) ?? "";
  const name = /;\s*name="([^"]+)"/i.exec(disposition)?.[1];
  if (name !== undefined) return name;
  throw new MalformedForm("Every part of the form needs a Content-Disposition with a name");
}
