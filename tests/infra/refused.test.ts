import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { InvokeCommand, LambdaClient } from "@aws-sdk/client-lambda";
import { PutObjectCommand, S3Client } from "@aws-sdk/client-s3";
import { GetParameterCommand, SSMClient } from "@aws-sdk/client-ssm";
import {
  BatchWriteCommand,
  DeleteCommand,
  DynamoDBDocumentClient,
  GetCommand,
  PutCommand,
  TransactWriteCommand,
  UpdateCommand,
} from "@aws-sdk/lib-dynamodb";
import { names, region } from "@twobytwo/sandbox/names";
import { openStage, type Stage } from "@twobytwo/sandbox/test/stage";
import { functions } from "@twobytwo/stacks/blueprint";
import { afterAll, beforeAll, describe, expect, it } from "vitest";

let stage: Stage;
beforeAll(async () => {
  stage = await openStage();
});
afterAll(() => stage.close());

/** Whoever has taken over a function can make any call with its credentials. */
function takenOver(name: string) {
  const { endpoints, secretAccessKey } = stage.sandbox;
  const shared = { region, credentials: { accessKeyId: name, secretAccessKey }, maxAttempts: 1 };
  return {
    rows: DynamoDBDocumentClient.from(new DynamoDBClient({ ...shared, endpoint: endpoints.dynamodb })),
    ssm: new SSMClient({ ...shared, endpoint: endpoints.aws }),
    lambda: new LambdaClient({ ...shared, endpoint: endpoints.aws }),
    s3: new S3Client({ ...shared, endpoint: endpoints.s3, forcePathStyle: true }),
  };
}

const TableName = names.table;
const accessIds = ["#device#thief", "#devices", "#session#stolen", "#invite#forged", "#challenge#own", "#web-key"];

/** Every way in which a row can be written or taken away; the last two beside rows that may be. */
const writes = (id: string) => [
  new PutCommand({ TableName, Item: { id, by: "a thief" } }),
  new UpdateCommand({
    TableName,
    Key: { id },
    UpdateExpression: "SET #by = :thief",
    ExpressionAttributeNames: { "#by": "by" },
    ExpressionAttributeValues: { ":thief": "a thief" },
  }),
  new DeleteCommand({ TableName, Key: { id } }),
  new BatchWriteCommand({
    RequestItems: { [TableName]: ["a-square", id].map((of) => ({ PutRequest: { Item: { id: of, by: "a thief" } } })) },
  }),
  new TransactWriteCommand({
    TransactItems: ["#stock", id].map((of) => ({
      Update: {
        TableName,
        Key: { id: of },
        UpdateExpression: "SET #by = :thief",
        ExpressionAttributeNames: { "#by": "by" },
        ExpressionAttributeValues: { ":thief": "a thief" },
      },
    })),
  }),
  new TransactWriteCommand({
    TransactItems: [{ Put: { TableName, Item: { id: "a-square" } } }, { Delete: { TableName, Key: { id } } }],
  }),
];

async function isDenied(call: Promise<unknown>): Promise<boolean> {
  return call.then(
    () => false,
    (error: Error) => /^AccessDenied(Exception)?$/.test(error.name),
  );
}

describe("a function that was taken over", () => {
  it.each(functions.filter(({ admits }) => !admits).map(({ name }) => name))(
    "%s cannot make itself a device, a session or an invite, nor end one",
    async (name) => {
      const { rows } = takenOver(name);
      for (const id of accessIds) {
        const answers = await Promise.all(writes(id).map((write) => isDenied(rows.send(write as PutCommand))));
        expect(answers).toEqual(answers.map(() => true));
        const { Item } = await stage.ports.table.client.send(new GetCommand({ TableName, Key: { id } }));
        expect(Item).toBeUndefined();
      }
    },
  );

  it("tweet may still write what it is there for, the row of a square and the counts", async () => {
    const { rows } = takenOver("tweet");
    const update = (id: string) =>
      new UpdateCommand({
        TableName,
        Key: { id },
        UpdateExpression: "SET #by = :it",
        ExpressionAttributeNames: { "#by": "by" },
        ExpressionAttributeValues: { ":it": "tweet" },
      });
    for (const id of ["01J0000000000000000000000A", "#stock", "#day#2026-11-28"]) await rows.send(update(id));
  });

  it("web, which everybody can reach, has no key of X and writes no picture that will be posted", async () => {
    const { ssm, s3, lambda } = takenOver("web");
    const keys = new GetParameterCommand({ Name: names.credentials, WithDecryption: true });
    expect(await isDenied(ssm.send(keys))).toBe(true);
    for (const Key of ["squares/a.jpg", "thumbnails/a.webp", "originals/a.jpg"])
      expect(await isDenied(s3.send(new PutObjectCommand({ Bucket: names.bucket, Key, Body: "x" })))).toBe(true);
    for (const { name } of functions.filter((one) => !["crop-square", "ask-x"].includes(one.name))) {
      const asked = lambda.send(new InvokeCommand({ FunctionName: `twobytwo-sandbox-${name}` }));
      expect(await isDenied(asked)).toBe(true);
    }
  });

  it("ask-x and crop-square, which have what web has not, ask for no other function", async () => {
    for (const name of ["ask-x", "crop-square"]) {
      const asked = takenOver(name).lambda.send(new InvokeCommand({ FunctionName: "twobytwo-sandbox-tweet" }));
      expect(await isDenied(asked)).toBe(true);
    }
    expect(
      await isDenied(takenOver("crop-square").ssm.send(new GetParameterCommand({ Name: names.credentials }))),
    ).toBe(true);
    const put = new PutCommand({ TableName, Item: { id: "a-square" } });
    expect(await isDenied(takenOver("ask-x").rows.send(put))).toBe(true);
  });
});
