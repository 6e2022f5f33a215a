import {
  CreateTableCommand,
  type CreateTableCommandInput,
  DeleteTableCommand,
  UpdateContinuousBackupsCommand,
  UpdateTimeToLiveCommand,
} from "@aws-sdk/client-dynamodb";
import * as s3 from "@aws-sdk/client-s3";
import type { Account } from "./account.ts";
import { accountId, region } from "./account.ts";
import { expectOnly, nameOf, type Provider, text } from "./provider.ts";
import { type Fields, isFields } from "./references.ts";

const fieldsOf = (value: unknown): Fields => (isFields(value) ? value : {});
const listOf = (value: unknown): Fields[] => (Array.isArray(value) ? value.filter(isFields) : []);

/** Properties of a table that CreateTable takes as they are. */
const shape = ["AttributeDefinitions", "BillingMode", "GlobalSecondaryIndexes", "KeySchema"];

export const table: Provider = {
  isEmulated: true,
  async create(account, properties, naming) {
    const { dynamodb } = account.services.clients;
    const { PointInTimeRecoverySpecification, TimeToLiveSpecification } = properties;
    const own = ["TableName", "PointInTimeRecoverySpecification", "TimeToLiveSpecification"];
    // Encryption at rest, protection and tags change nothing that the emulator could show.
    expectOnly(properties, [...shape, ...own, "SSESpecification", "DeletionProtectionEnabled", "Tags"]);
    const TableName = nameOf(account, properties, "TableName", naming);
    const described = Object.fromEntries(Object.entries(properties).filter(([name]) => shape.includes(name)));
    await dynamodb.send(new CreateTableCommand({ ...described, TableName } as CreateTableCommandInput));
    const timeToLive = fieldsOf(TimeToLiveSpecification);
    if (timeToLive["Enabled"] === true) {
      const AttributeName = text(timeToLive, "AttributeName");
      await dynamodb.send(
        new UpdateTimeToLiveCommand({ TableName, TimeToLiveSpecification: { Enabled: true, AttributeName } }),
      );
    }
    const PointInTimeRecoveryEnabled =
      fieldsOf(PointInTimeRecoverySpecification)["PointInTimeRecoveryEnabled"] === true;
    await dynamodb.send(
      new UpdateContinuousBackupsCommand({
        TableName,
        PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled },
      }),
    );
    return { id: TableName, attributes: { Arn: `arn:aws:dynamodb:${region}:${accountId}:table/${TableName}` } };
  },
  async remove({ services }, { id }) {
    await services.clients.dynamodb.send(new DeleteTableCommand({ TableName: id }));
  },
};

/** What CloudFormation calls by other names than S3 does, and how the bucket is told. */
const bucketSettings: Record<string, (account: Account, Bucket: string, value: unknown) => Promise<unknown>> = {
  PublicAccessBlockConfiguration: ({ services }, Bucket, value) =>
    services.clients.s3.send(
      new s3.PutPublicAccessBlockCommand({
        Bucket,
        PublicAccessBlockConfiguration: value as s3.PublicAccessBlockConfiguration,
      }),
    ),
  BucketEncryption: ({ services }, Bucket, value) => {
    const Rules = listOf(fieldsOf(value)["ServerSideEncryptionConfiguration"]).map(
      ({ ServerSideEncryptionByDefault, BucketKeyEnabled }) => ({
        ApplyServerSideEncryptionByDefault: ServerSideEncryptionByDefault as s3.ServerSideEncryptionByDefault,
        ...(BucketKeyEnabled !== undefined && { BucketKeyEnabled: BucketKeyEnabled === true }),
      }),
    );
    const command = new s3.PutBucketEncryptionCommand({ Bucket, ServerSideEncryptionConfiguration: { Rules } });
    return services.clients.s3.send(command);
  },
  VersioningConfiguration: ({ services }, Bucket, value) =>
    services.clients.s3.send(
      new s3.PutBucketVersioningCommand({ Bucket, VersioningConfiguration: value as s3.VersioningConfiguration }),
    ),
  OwnershipControls: ({ services }, Bucket, value) =>
    services.clients.s3.send(
      new s3.PutBucketOwnershipControlsCommand({ Bucket, OwnershipControls: value as s3.OwnershipControls }),
    ),
  CorsConfiguration: ({ services }, Bucket, value) => {
    const CORSRules = listOf(fieldsOf(value)["CorsRules"]).map(
      ({ Id, ExposedHeaders, MaxAge, ...rule }) =>
        ({
          ...rule,
          ...(Id !== undefined && { ID: Id }),
          ...(ExposedHeaders !== undefined && { ExposeHeaders: ExposedHeaders }),
          ...(MaxAge !== undefined && { MaxAgeSeconds: MaxAge }),
        }) as unknown as s3.CORSRule,
    );
    return services.clients.s3.send(new s3.PutBucketCorsCommand({ Bucket, CORSConfiguration: { CORSRules } }));
  },
  LifecycleConfiguration: ({ services }, Bucket, value) => {
    const Rules = listOf(fieldsOf(value)["Rules"]).map(({ Id, Prefix, ExpirationInDays, ...rule }) => {
      const { NoncurrentVersionExpiration, ...rest } = rule;
      return {
        ...rest,
        ID: Id,
        Filter: { Prefix: Prefix ?? "" },
        ...(ExpirationInDays !== undefined && { Expiration: { Days: ExpirationInDays } }),
        ...(NoncurrentVersionExpiration !== undefined && { NoncurrentVersionExpiration }),
      } as unknown as s3.LifecycleRule;
    });
    const command = new s3.PutBucketLifecycleConfigurationCommand({ Bucket, LifecycleConfiguration: { Rules } });
    return services.clients.s3.send(command);
  },
  NotificationConfiguration: ({ services }, Bucket, value) => {
    const wanted = fieldsOf(fieldsOf(value)["EventBridgeConfiguration"]);
    expectOnly(fieldsOf(value), ["EventBridgeConfiguration"]);
    return services.clients.s3.send(
      new s3.PutBucketNotificationConfigurationCommand({
        Bucket,
        NotificationConfiguration: wanted["EventBridgeEnabled"] === true ? { EventBridgeConfiguration: {} } : {},
      }),
    );
  },
};

export const bucket: Provider = {
  isEmulated: true,
  async create(account, properties, naming) {
    const { s3: client } = account.services.clients;
    expectOnly(properties, [...Object.keys(bucketSettings), "BucketName", "Tags"]);
    const Bucket = nameOf(account, properties, "BucketName", naming).toLowerCase();
    await client.send(new s3.CreateBucketCommand({ Bucket }));
    for (const [name, put] of Object.entries(bucketSettings))
      if (properties[name] !== undefined) await put(account, Bucket, properties[name]);
    return {
      id: Bucket,
      attributes: {
        Arn: `arn:aws:s3:::${Bucket}`,
        DomainName: `${Bucket}.s3.amazonaws.com`,
        RegionalDomainName: `${Bucket}.s3.${region}.amazonaws.com`,
      },
    };
  },
  async remove({ services }, { id }) {
    await services.clients.s3.send(new s3.DeleteBucketCommand({ Bucket: id }));
  },
};

export const bucketPolicy: Provider = {
  isEmulated: true,
  async create({ services }, properties) {
    const Bucket = text(properties, "Bucket");
    const Policy = JSON.stringify(properties["PolicyDocument"]);
    await services.clients.s3.send(new s3.PutBucketPolicyCommand({ Bucket, Policy }));
    return { id: Bucket, attributes: {} };
  },
  async remove({ services }, { id }) {
    await services.clients.s3.send(new s3.DeleteBucketPolicyCommand({ Bucket: id }));
  },
};
