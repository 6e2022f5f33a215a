import { createHash } from "node:crypto";
import * as v from "valibot";
import { AwsError, arn, checkInput, invalid, type Json } from "../aws-http.ts";

export type ParameterType = "String" | "StringList" | "SecureString";
export type Tier = "Standard" | "Advanced";

interface Version {
  Value: string;
  /** What is shown of a SecureString to those who do not ask for decryption. */
  ciphertext?: string;
  Version: number;
  /** Seconds since 1970. */
  LastModifiedDate: number;
}

export interface Parameter {
  Name: string;
  Type: ParameterType;
  Tier: Tier;
  DataType: string;
  KeyId?: string;
  Description?: string;
  AllowedPattern?: string;
  /** Oldest first, never empty; AWS keeps a hundred. */
  versions: [Version, ...Version[]];
}

const limits = { Standard: 4096, Advanced: 8192 } as const;

const PutInput = v.object({
  Name: v.pipe(v.string(), v.minLength(1), v.maxLength(2048)),
  Value: v.pipe(v.string(), v.minLength(1, "must not be empty")),
  Type: v.optional(v.picklist(["String", "StringList", "SecureString"])),
  Tier: v.optional(v.picklist(["Standard", "Advanced", "Intelligent-Tiering"]), "Standard"),
  Overwrite: v.optional(v.boolean(), false),
  DataType: v.optional(v.string(), "text"),
  Description: v.optional(v.pipe(v.string(), v.maxLength(1024))),
  AllowedPattern: v.optional(v.pipe(v.string(), v.maxLength(1024))),
  KeyId: v.optional(v.string()),
  Tags: v.optional(v.array(v.unknown()), []),
});

function checkName(name: string): void {
  if (!/^[\w.\-/]+$/.test(name)) {
    throw invalid(`Parameter name ${name}: only letters, digits and the symbols . - _ / are allowed.`);
  }
  if (name.includes("/") && !name.startsWith("/")) {
    throw invalid(`Parameter name ${name}: a name with a slash has to begin with one.`);
  }
  if (name.endsWith("/") || name.includes("//")) throw invalid(`Parameter name ${name}: a level of it is empty.`);
  if (name.split("/").length > 16) {
    throw new AwsError("HierarchyLevelLimitExceededException", `Parameter name ${name}: more than 15 levels.`);
  }
  if (/^\/?(aws|ssm)/i.test(name)) throw invalid(`Parameter name ${name}: it must not begin with "aws" or "ssm".`);
}

function tierFor(wanted: Tier | "Intelligent-Tiering", value: string, before: Parameter | undefined): Tier {
  const bytes = Buffer.byteLength(value);
  const tier = wanted === "Intelligent-Tiering" ? (bytes > limits.Standard ? "Advanced" : "Standard") : wanted;
  if (before?.Tier === "Advanced" && tier === "Standard") {
    if (wanted === "Intelligent-Tiering") return "Advanced";
    throw invalid("This parameter uses the advanced-parameter tier. You can't downgrade it to the standard tier.");
  }
  if (bytes > limits[tier]) {
    const way = tier === "Standard" ? " To create a larger parameter, use the advanced-parameter tier." : "";
    throw invalid(`${tier} tier parameters support a maximum parameter value of ${limits[tier]} characters.${way}`);
  }
  return tier;
}

/**
 * A parameter with one more version.
 *
 * @param now milliseconds
 * @param seed makes the ciphertext that is shown of a SecureString; nothing of the value is in it
 * @throws AwsError
 */
export function put(
  input: Json,
  { find, now, seed }: { find: (name: string) => Parameter | undefined; now: number; seed: string },
): Parameter {
  const wanted = checkInput(PutInput, input);
  const { Name, Value, Overwrite, Description, AllowedPattern } = wanted;
  checkName(Name);
  const before = find(Name);
  if (before && !Overwrite) {
    throw new AwsError(
      "ParameterAlreadyExists",
      "The parameter already exists. To overwrite it, set Overwrite to true.",
    );
  }
  if (Overwrite && wanted.Tags.length > 0) throw invalid("Tags and Overwrite can't be used together.");
  const Type = wanted.Type ?? before?.Type;
  if (!Type) throw invalid("A parameter type is required when you create a parameter.");
  if (before && Type !== before.Type) {
    throw new AwsError(
      "HierarchyTypeMismatchException",
      `${Name} is a ${before.Type}; delete it to make it a ${Type}.`,
    );
  }
  if (AllowedPattern !== undefined && !new RegExp(AllowedPattern).test(Value)) {
    throw new AwsError("ParameterPatternMismatchException", `The value of ${Name} does not match ${AllowedPattern}.`);
  }
  const version: Version = {
    Value,
    ...(Type === "SecureString" && { ciphertext: `AQICAHh${createHash("sha512").update(seed).digest("base64")}` }),
    Version: (before ? latest(before).Version : 0) + 1,
    LastModifiedDate: now / 1000,
  };
  const KeyId = Type === "SecureString" ? (wanted.KeyId ?? "alias/aws/ssm") : undefined;
  return {
    Name,
    Type,
    Tier: tierFor(wanted.Tier, Value, before),
    DataType: wanted.DataType,
    ...(KeyId !== undefined && { KeyId }),
    ...(Description !== undefined && { Description }),
    ...(AllowedPattern !== undefined && { AllowedPattern }),
    versions: before ? [before.versions[0], ...before.versions.slice(1), version] : [version],
  };
}

export const latest = ({ versions }: Parameter): Version => versions.at(-1) ?? versions[0];

/** As GetParameter shows it; a SecureString's value only `decrypted`. */
export function shown(parameter: Parameter, { version, decrypted }: { version?: Version; decrypted: boolean }) {
  const { ciphertext, ...facts } = version ?? latest(parameter);
  const { Name, Type, DataType } = parameter;
  const Value = Type === "SecureString" && !decrypted ? (ciphertext ?? "") : facts.Value;
  return { Name, Type, DataType, ...facts, Value, ARN: arn("ssm", `parameter/${Name.replace(/^\//, "")}`) };
}

/** As DescribeParameters shows it: everything but the value. */
export function described(parameter: Parameter) {
  const { versions, ...facts } = parameter;
  const { Version, LastModifiedDate } = latest(parameter);
  return { ...facts, Version, LastModifiedDate, ARN: arn("ssm", `parameter/${parameter.Name.replace(/^\//, "")}`) };
}
