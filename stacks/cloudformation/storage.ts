import { table as tableFacts } from "../blueprint.ts";
import { browserUploads, retention, tlsOnly } from "../deployment-facts.ts";
import { arnOf, type Resources, ref, sub } from "./template.ts";

/** Both outlive the stack; a first deployment that fails leaves nothing behind. */
const kept = { DeletionPolicy: "RetainExceptOnCreate", UpdateReplacePolicy: "Retain" } as const;

const attributes = [tableFacts.key, tableFacts.index.hash, tableFacts.index.range];

/** The table of squares and the bucket of pictures. Their names are CloudFormation's: what is kept is never in the way. */
export const storage: Resources = {
  Squares: {
    Type: "AWS::DynamoDB::Table",
    ...kept,
    Properties: {
      BillingMode: "PAY_PER_REQUEST",
      AttributeDefinitions: attributes.map((AttributeName) => ({ AttributeName, AttributeType: "S" })),
      KeySchema: [{ AttributeName: tableFacts.key, KeyType: "HASH" }],
      GlobalSecondaryIndexes: [
        {
          IndexName: tableFacts.index.name,
          KeySchema: [
            { AttributeName: tableFacts.index.hash, KeyType: "HASH" },
            { AttributeName: tableFacts.index.range, KeyType: "RANGE" },
          ],
          Projection: { ProjectionType: "ALL" },
        },
      ],
      PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: true },
      TimeToLiveSpecification: { AttributeName: tableFacts.timeToLive, Enabled: true },
    },
  },
  Pictures: {
    Type: "AWS::S3::Bucket",
    ...kept,
    Properties: {
      PublicAccessBlockConfiguration: {
        BlockPublicAcls: true,
        BlockPublicPolicy: true,
        IgnorePublicAcls: true,
        RestrictPublicBuckets: true,
      },
      OwnershipControls: { Rules: [{ ObjectOwnership: "BucketOwnerEnforced" }] },
      BucketEncryption: {
        ServerSideEncryptionConfiguration: [{ ServerSideEncryptionByDefault: { SSEAlgorithm: "AES256" } }],
      },
      VersioningConfiguration: { Status: "Enabled" },
      LifecycleConfiguration: {
        Rules: [
          {
            Id: "old-versions",
            Status: "Enabled",
            NoncurrentVersionExpiration: { NoncurrentDays: retention.oldVersions },
          },
          {
            Id: "unfinished-uploads",
            Status: "Enabled",
            AbortIncompleteMultipartUpload: { DaysAfterInitiation: retention.unfinishedUploads },
          },
          {
            Id: "undecided-uploads",
            Status: "Enabled",
            Prefix: browserUploads.folder,
            ExpirationInDays: retention.undecidedUploads,
          },
        ],
      },
      CorsConfiguration: {
        CorsRules: [
          {
            AllowedOrigins: browserUploads.origins,
            AllowedMethods: browserUploads.methods,
            AllowedHeaders: browserUploads.headers,
            ExposedHeaders: browserUploads.exposed,
            MaxAge: browserUploads.maxAgeSeconds,
          },
        ],
      },
      NotificationConfiguration: { EventBridgeConfiguration: { EventBridgeEnabled: true } },
    },
  },
  PicturesPolicy: {
    Type: "AWS::S3::BucketPolicy",
    // A bucket that is kept goes on refusing what is not encrypted on its way.
    ...kept,
    Properties: {
      Bucket: ref("Pictures"),
      PolicyDocument: {
        Version: "2012-10-17",
        Statement: [tlsOnly(arnOf("Pictures"), sub("${Pictures.Arn}/*"))],
      },
    },
  },
};
