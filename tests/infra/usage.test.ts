import type { Call } from "@twobytwo/sandbox/emulator";
import { names } from "@twobytwo/sandbox/names";
import { functions } from "@twobytwo/stacks/blueprint";
import { describe, expect, it } from "vitest";
import { misfits, unknownRows } from "./usage.ts";

describe("permissions that do not fit what a function does", () => {
  const sns = { actions: ["sns:Publish"], on: ["alerts"] } as const;
  const notify = functions.filter(({ name }) => name === "notify").map((one) => ({ ...one, permissions: [sns] }));
  const publish: Call = { service: "sns", operation: "Publish", accessKeyId: "notify", resource: names.topic };

  it("are noticed where an action is missing, in a transaction too", () => {
    const parts = [{ operation: "PutItem", resource: names.table }];
    const call: Call = { service: "dynamodb", operation: "TransactWriteItems", accessKeyId: "notify", parts };
    expect(misfits(notify, [publish, call])).toEqual([
      { function: "notify", missing: [`dynamodb:PutItem on ${names.table}`], unused: [] },
    ]);
  });

  it("are noticed where the resource is another one", () => {
    expect(misfits(notify, [publish, { ...publish, resource: "another-topic" }])).toEqual([
      { function: "notify", missing: ["sns:Publish on another-topic"], unused: [] },
    ]);
  });

  it("are noticed where an action is granted and never used", () => {
    expect(misfits(notify, [])).toEqual([{ function: "notify", missing: [], unused: ["sns:Publish on alerts"] }]);
    expect(misfits(notify, [publish])).toEqual([]);
  });

  it("are noticed where a row is written that decides who may come in, by a part of a transaction or of a batch", () => {
    const tweet = functions.filter(({ name }) => name === "tweet");
    const write = (operation: string, id: string): Call => ({
      service: "dynamodb",
      operation: "TransactWriteItems",
      accessKeyId: "tweet",
      parts: [{ operation, resource: names.table, rows: [{ id: { S: id } }] }],
    });
    const refused = (call: Call) => misfits(tweet, [call])[0]?.missing ?? [];
    expect(refused(write("UpdateItem", "#stock"))).toEqual([]);
    expect(refused(write("UpdateItem", "01J0000000000000000000000A"))).toEqual([]);
    for (const id of ["#device#a", "#devices", "#session#b", "#invite#c", "#challenge#d", "#web-key"])
      expect(refused(write("UpdateItem", id))).toEqual([
        `dynamodb:UpdateItem on ${names.table}, which is refused for ${id}`,
      ]);
    // Reading is not refused: what the table keeps of a secret is a hash.
    expect(refused({ ...write("GetItem", "#device#a"), operation: "GetItem" })).toEqual([]);
  });

  it("are noticed where a kind of row is written of which nobody has said whose it is", () => {
    const put = (id: string): Call => ({
      service: "dynamodb",
      operation: "PutItem",
      accessKeyId: "web",
      resource: names.table,
      rows: [{ id: { S: id } }],
    });
    expect(unknownRows([put("#stock"), put("#session#a"), put("01J"), put("#key-of-the-door#1")])).toEqual([
      "#key-of-the-door#1",
    ]);
  });

  it("are noticed where the schedule is changed without the right to pass on its role", () => {
    const call: Call = {
      service: "scheduler",
      operation: "UpdateSchedule",
      accessKeyId: "notify",
      resource: `default/${names.schedule}`,
    };
    expect(misfits(notify, [publish, call])[0]?.missing).toEqual([
      "iam:PassRole on role/schedule",
      `scheduler:UpdateSchedule on default/${names.schedule}`,
    ]);
  });
});
