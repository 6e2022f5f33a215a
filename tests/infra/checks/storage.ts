import { undecidedMs, uploadFolder } from "@twobytwo/core/inbox/uploads";
import { table as tableFacts } from "@twobytwo/stacks/blueprint";
import { retention } from "@twobytwo/stacks/deployment-facts";
import { all, only } from "../graph.ts";
import { type Check, differs } from "./check.ts";

/** All that a bucket has to keep, or it would be open once the rest is removed. */
const ofBucket = [
  "aws:s3/bucketPolicy:BucketPolicy",
  "aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock",
  "aws:s3/bucketVersioning:BucketVersioning",
  "aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration",
  "aws:s3/bucketOwnershipControls:BucketOwnershipControls",
  "aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration",
];

export const kept: Check = {
  name: "production keeps its table and its bucket when it is removed, and no other stage does",
  problems(graph) {
    const isProduction = graph.app.stage === "production";
    const table = only(graph, "aws:dynamodb/table:Table", "SquaresTable");
    const bucket = only(graph, "aws:s3/bucket:Bucket", "PicturesBucket");
    const keeps = [table, bucket, ...ofBucket.flatMap((type) => all(graph, type))];
    return [
      ...differs("removal", graph.app.removal, isProduction ? "retain" : "remove"),
      ...differs("protect", graph.app.protect, isProduction),
      ...keeps.flatMap(({ name, retainOnDelete = false }) => differs(`${name} kept`, retainOnDelete, isProduction)),
      ...differs("deletion protection", table.inputs["deletionProtectionEnabled"], isProduction),
      ...differs("pictures deleted with the bucket", bucket.inputs["forceDestroy"], !isProduction),
    ];
  },
};

export const tableShape: Check = {
  name: "the table has the key, the index and the time to live of the blueprint, and can be restored to any second",
  problems(graph) {
    const { inputs } = only(graph, "aws:dynamodb/table:Table", "SquaresTable");
    const { key, index, timeToLive } = tableFacts;
    const names = (inputs["attributes"] as { name: string }[]).map(({ name }) => name).sort();
    return [
      ...differs("key", [inputs["hashKey"], inputs["rangeKey"]], [key, undefined]),
      ...differs("attributes", names, [key, index.hash, index.range].sort()),
      ...differs("index", inputs["globalSecondaryIndexes"], [
        { name: index.name, hashKey: index.hash, rangeKey: index.range, projectionType: "ALL" },
      ]),
      ...differs("time to live", inputs["ttl"], { attributeName: timeToLive, enabled: true }),
      ...differs("point-in-time recovery", inputs["pointInTimeRecovery"], { enabled: true }),
      ...differs("billing", inputs["billingMode"], "PAY_PER_REQUEST"),
    ];
  },
};

export const undecided: Check = {
  name: "what the web app's users have sent and nobody decides on goes after 30 days, and nothing else goes by itself",
  problems(graph) {
    const { inputs } = only(
      graph,
      "aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration",
      "PicturesLifecycle",
    );
    const rules = inputs["rules"] as { filter: { prefix?: string }; status: string; expiration?: { days: number } }[];
    return differs(
      "objects that expire",
      rules
        .filter(({ expiration }) => expiration)
        .map(({ filter, status, expiration }) => ({ filter, status, expiration })),
      [
        {
          filter: { prefix: uploadFolder },
          status: "Enabled",
          expiration: { days: undecidedMs / (24 * 60 * 60 * 1000) },
        },
      ],
    );
  },
};

export const privateBucket: Check = {
  name: "the bucket is private, encrypted, refuses what is not TLS, and keeps old versions for 30 days",
  problems(graph) {
    const { arn } = only(graph, "aws:s3/bucket:Bucket", "PicturesBucket");
    const inputs = (type: string, name: string) => only(graph, `aws:s3/${type}`, name).inputs;
    const block = inputs("bucketPublicAccessBlock:BucketPublicAccessBlock", "PicturesPublicAccessBlock");
    const policy = JSON.parse(inputs("bucketPolicy:BucketPolicy", "PicturesPolicy")["policy"]);
    const lifecycle = inputs("bucketLifecycleConfiguration:BucketLifecycleConfiguration", "PicturesLifecycle");
    const versioning = inputs("bucketVersioning:BucketVersioning", "PicturesVersioning");
    const encryption = inputs(
      "bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration",
      "PicturesEncryption",
    );
    return [
      ...["blockPublicAcls", "blockPublicPolicy", "ignorePublicAcls", "restrictPublicBuckets"].flatMap((name) =>
        differs(name, block[name], true),
      ),
      ...differs("policy", policy.Statement, [
        {
          Effect: "Deny",
          Action: "s3:*",
          Resource: [arn, `${arn}/*`],
          Principal: "*",
          Condition: { Bool: { "aws:SecureTransport": "false" } },
        },
      ]),
      ...differs("versioning", versioning["versioningConfiguration"], { status: "Enabled" }),
      ...differs("old versions", lifecycle["rules"][0].noncurrentVersionExpiration, {
        noncurrentDays: retention.oldVersions,
      }),
      ...differs("days of old versions", retention.oldVersions, 30),
      ...differs("encryption", encryption["rules"], [
        { applyServerSideEncryptionByDefault: { sseAlgorithm: "AES256" } },
      ]),
      ...differs("events", inputs("bucketNotification:BucketNotification", "PicturesEvents")["eventbridge"], true),
    ];
  },
};
