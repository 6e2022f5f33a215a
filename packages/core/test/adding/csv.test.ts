import { readCsv } from "@twobytwo/core/adding/csv";
import fc from "fast-check";
import { describe, expect, it } from "vitest";

const columns = { known: ["file", "title", "alt text"], required: ["file"] };
const read = (text: string | Uint8Array) =>
  readCsv("list.csv", typeof text === "string" ? Buffer.from(text) : text, columns);
const values = (text: string) => read(text).map((row) => row.values);

describe("readCsv", () => {
  it("reads quotes, separators and line ends in quotes, CRLF, a byte order mark and no last line end", () => {
    expect(read('\uFEFFfile,Title,ALT TEXT\r\na.jpg,"Blue, ""12""","two\r\nlines"\r\n\r\nb.jpg,,')).toEqual([
      { line: 2, values: { file: "a.jpg", title: 'Blue, "12"', "alt text": "two\r\nlines" } },
      { line: 5, values: { file: "b.jpg", title: "", "alt text": "" } },
    ]);
  });

  it("reads the semicolons of Excel, and keeps commas then", () => {
    expect(values("file;title\nä b.jpg;Rot, blau\n")).toEqual([{ file: "ä b.jpg", title: "Rot, blau" }]);
  });

  it("reads UTF-16 as Excel's Unicode text has it", () => {
    expect(read(Buffer.from("\uFEFFfile,title\na.jpg,Grün", "utf16le"))[0]?.values).toEqual({
      file: "a.jpg",
      title: "Grün",
    });
  });

  it("reads UTF-16 of either order, told by the mark at its beginning and by nothing less", () => {
    const swapped = Buffer.from("\uFEFFfile,title\na.jpg,Grün", "utf16le").swap16();
    expect(read(swapped)[0]?.values).toEqual({ file: "a.jpg", title: "Grün" });
    for (const half of [
      [0xff, 0],
      [0, 0xfe],
      [0xfe, 0],
      [0, 0xff],
    ])
      expect(() => read(Buffer.from(half)), String(half)).toThrow("list.csv is not UTF-8");
  });

  it("reads UTF-16 without a mark, told by the zeros between its letters", () => {
    const bytes = Buffer.from("file,title\na.jpg,Grün 水", "utf16le");
    for (const one of [bytes, Buffer.from(bytes).swap16()])
      expect(read(one)[0]?.values).toEqual({ file: "a.jpg", title: "Grün 水" });
  });

  it("reads the comma that spreadsheets put behind the last column, and empty columns and rows", () => {
    expect(values("file,title,alt text,\r\na.jpg,Ridge,A ridge,\r\n")).toEqual([
      { file: "a.jpg", title: "Ridge", "alt text": "A ridge" },
    ]);
    expect(values(",file,,title,,\n,a.jpg,,Ridge,,,,\n,,,,,\n,b.jpg\n")).toEqual([
      { file: "a.jpg", title: "Ridge" },
      { file: "b.jpg", title: "" },
    ]);
  });

  it("takes the separator that a first line names, and counts that line", () => {
    for (const hint of ["sep=;", "SEP=;\r", '"sep=;"', "sep=;;;", "\uFEFFsep=;"])
      expect(read(`${hint}\nfile;title\na.jpg;Red, blue`), hint).toEqual([
        { line: 3, values: { file: "a.jpg", title: "Red, blue" } },
      ]);
    expect(values("sep=,\nfile,title\na.jpg,Red; blue")).toEqual([{ file: "a.jpg", title: "Red; blue" }]);
  });

  it("reads tabs, as Excel's Unicode text and what is pasted from a spreadsheet have them", () => {
    expect(read(Buffer.from("\uFEFFfile\ttitle\r\na.jpg\tRed, blue; \r\n", "utf16le"))[0]?.values).toEqual({
      file: "a.jpg",
      title: "Red, blue;",
    });
  });

  it.each([
    "File,Alt Text",
    " FILE ,alt_text",
    "file,alt-text",
    "file,altText",
    "“file”,'alt\u00a0 text'",
    '"file","Alt  text"',
  ])("takes %s for the names of its columns", (header) => {
    expect(values(`${header}\na.jpg,A ridge`)).toEqual([{ file: "a.jpg", "alt text": "A ridge" }]);
  });

  it("keeps the quotes of typographers, which are part of a title", () => {
    expect(values("file,title\na.jpg,“Blue”")).toEqual([{ file: "a.jpg", title: "“Blue”" }]);
  });

  it("leaves away the blanks around names and values", () => {
    expect(values(" file , Title \n a.jpg , Blue \n")).toEqual([{ file: "a.jpg", title: "Blue" }]);
  });

  it("takes a quote within a field as it is, and blanks around a quoted one for none of it", () => {
    expect(values('file,title\na.jpg,Blue 12" wide\nb.jpg, "Red, 2" ')).toEqual([
      { file: "a.jpg", title: 'Blue 12" wide' },
      { file: "b.jpg", title: "Red, 2" },
    ]);
  });

  it("reads the lone carriage returns of old Macs, and passes over lines of nothing but blanks and separators", () => {
    expect(read("file,title\ra.jpg,Blue\r , \rb.jpg,Red").map(({ line, values: { title } }) => [line, title])).toEqual([
      [2, "Blue"],
      [4, "Red"],
    ]);
  });

  it("tells the separator by the first line that has something, and there by what stands outside of quotes", () => {
    expect(values("\n\nfile;title\na.jpg;Blue")).toEqual([{ file: "a.jpg", title: "Blue" }]);
    const odd = { known: ["file", "a;b;c"], required: [] };
    expect(readCsv("list.csv", Buffer.from('file,"a;b;c"\nx,y'), odd)[0]?.values).toEqual({ file: "x", "a;b;c": "y" });
    expect(values("file\na;b.jpg")).toEqual([{ file: "a;b.jpg" }]);
  });

  it("names one column that nobody reads, and all that are missing", () => {
    expect(() => read("file,colour\na,b")).toThrow('list.csv has an unknown column ("colour")');
    expect(() => readCsv("list.csv", Buffer.from("alt text\nx"), { ...columns, required: ["file", "title"] })).toThrow(
      expect.objectContaining({
        name: "Rejected",
        message: "list.csv has no column file, title: the first line names the columns, file,title,alt text.",
      }),
    );
  });

  it("gives back whatever was written", () => {
    const field = fc
      .string({ unit: fc.constantFrom("a", " ", '"', ",", ";", "\n", "\r\n", "é", "🎨") })
      .map((text) => `x${text}x`);
    const quote = (text: string) => `"${text.replaceAll('"', '""')}"`;
    fc.assert(
      fc.property(fc.array(fc.tuple(field, field), { minLength: 1 }), fc.constantFrom(",", ";"), (rows, separator) => {
        const text = [`file${separator}title`, ...rows.map((row) => row.map(quote).join(separator))].join("\n");
        expect(values(text)).toEqual(rows.map(([file, title]) => ({ file, title })));
      }),
    );
  });

  it.each([
    ["", "list.csv is empty: the first line must be file,title,alt text."],
    ["title\nBlue", "list.csv has no column file"],
    [
      "file,colour,Size\na,b,c",
      'list.csv has unknown columns ("colour", "size"): the columns are file, title, alt text.',
    ],
    ["file,File\na,b", "list.csv has the column file twice"],
    ["file,title\na.jpg,Blue\nb.jpg,Red, wide", "list.csv has 3 fields on line 3 and 2 in its header: put fields"],
    ["file,title\nb.jpg,“Red, wide”", 'in double quotes (", not “ or ”).'],
    ["file,title,\na.jpg,Blue,here", 'list.csv has "here" on line 2 in a column without a name: name it.'],
    ["sep=;\nfile;title\n\na.jpg;Blue;x", "list.csv has 3 fields on line 4 and 2 in its header"],
    ['file,title\na.jpg,"Blue\n', "list.csv has a quote on line 2 that is never closed"],
    ['sep=;\nfile;title\na.jpg;"Blue\n', "list.csv has a quote on line 3 that is never closed"],
    ['file,title\na.jpg,"Blue" 12', "list.csv has text after a closing quote on line 2"],
  ])("refuses %j and says where", (text, message) => {
    expect(() => read(text)).toThrow(message);
  });

  it("refuses bytes that are no UTF-8 with the way out", () => {
    expect(() => read(Buffer.from("file,title\na.jpg,Gr\xfcn", "latin1"))).toThrow(
      "list.csv is not UTF-8: save it as “CSV UTF-8” and try again.",
    );
  });
});
