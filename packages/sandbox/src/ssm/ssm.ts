import { createHash } from "node:crypto";
import type { Clock } from "@twobytwo/core/clock";
import * as v from "valibot";
import { AwsError, invalid, notImplemented } from "../aws-error.ts";
import { type AwsService, arn, checkInput, type Json, jsonService } from "../aws-http.ts";
import { type SavedState, savedState } from "../saved-state.ts";

const types = ["String", "StringList", "SecureString"] as const;

interface Parameter {
  Name: string;
  Type: (typeof types)[number];
  DataType: string;
  Description?: string;
  Value: string;
  /** What is shown of a SecureString to those who do not ask for decryption. */
  ciphertext?: string;
  Version: number;
  /** Seconds since 1970. */
  LastModifiedDate: number;
}

interface Ssm {
  parameters: Map<string, Parameter>;
  state: SavedState<Parameter[]>;
  clock: Clock;
  randomUuid: () => string;
}

type Operation = (ssm: Ssm, input: Json) => Json;

/** Of a parameter in the tier that costs nothing, which is the only one here. */
const largestValue = 4096;

const PutInput = v.strictObject({
  Name: v.pipe(
    v.string(),
    v.regex(
      /^(?!\/?(?:aws|ssm))(?:[\w.-]+|(?:\/[\w.-]+)+)$/i,
      "has levels of letters, digits and . - _, each after a slash, the first neither aws nor ssm",
    ),
  ),
  Value: v.pipe(v.string(), v.minLength(1, "must not be empty")),
  Type: v.optional(v.picklist(types)),
  Overwrite: v.optional(v.boolean(), false),
  DataType: v.optional(v.string(), "text"),
  Description: v.exactOptional(v.pipe(v.string(), v.maxLength(1024))),
  Tags: v.optional(v.array(v.unknown()), []),
});
const GetInput = v.object({ Name: v.string(), WithDecryption: v.optional(v.boolean(), false) });

function find({ parameters }: Ssm, name: string): Parameter {
  const parameter = parameters.get(name);
  if (!parameter) throw new AwsError("ParameterNotFound", `The parameter ${name} does not exist.`);
  return parameter;
}

const save = ({ parameters, state }: Ssm) => state.save([...parameters.values()]);

const putParameter: Operation = (ssm, input) => {
  const { Overwrite, Tags, Type: wanted, ...given } = checkInput(PutInput, input);
  const { Name, Value } = given;
  const before = ssm.parameters.get(Name);
  if (before && !Overwrite)
    throw new AwsError(
      "ParameterAlreadyExists",
      "The parameter already exists. To overwrite it, set Overwrite to true.",
    );
  if (Overwrite && Tags.length > 0) throw invalid("Tags and Overwrite can't be used together.");
  const Type = wanted ?? before?.Type;
  if (!Type) throw invalid("A parameter type is required when you create a parameter.");
  if (before && Type !== before.Type)
    throw new AwsError(
      "HierarchyTypeMismatchException",
      `${Name} is a ${before.Type}; delete it to make it a ${Type}.`,
    );
  if (Buffer.byteLength(Value) > largestValue)
    throw invalid(`Standard tier parameters support a maximum parameter value of ${largestValue} characters.`);
  const Version = (before?.Version ?? 0) + 1;
  // Nothing of the value is in it.
  const seed = createHash("sha512").update(ssm.randomUuid()).digest("base64");
  ssm.parameters.set(Name, {
    ...given,
    Type,
    ...(Type === "SecureString" && { ciphertext: `AQICAHh${seed}` }),
    Version,
    LastModifiedDate: ssm.clock() / 1000,
  });
  save(ssm);
  return { Version, Tier: "Standard" };
};

const getParameter: Operation = (ssm, input) => {
  const { Name, WithDecryption } = checkInput(GetInput, input);
  const { ciphertext, Description: _, ...parameter } = find(ssm, Name);
  const Value = WithDecryption ? parameter.Value : (ciphertext ?? parameter.Value);
  return { Parameter: { ...parameter, Value, ARN: arn("ssm", `parameter/${Name.replace(/^\//, "")}`) } };
};

const deleteParameter: Operation = (ssm, input) => {
  const { Name } = find(ssm, checkInput(GetInput, input).Name);
  ssm.parameters.delete(Name);
  save(ssm);
  return {};
};

const operations: Record<string, Operation | undefined> = {
  PutParameter: putParameter,
  GetParameter: getParameter,
  DeleteParameter: deleteParameter,
};

/**
 * SSM Parameter Store, to be mounted with `startAwsServer`. It keeps the last version of each parameter. Values lie in the
 * clear in `directory`, in a file for its owner alone; over HTTP a SecureString is shown to those who ask for decryption.
 */
export function createSsm(options: {
  /** Where parameters survive a restart; in memory without it. */
  directory?: string;
  clock: Clock;
  randomUuid: () => string;
}): AwsService {
  const state = savedState<Parameter[]>(options.directory, "parameters-by-name.json");
  const parameters = new Map((state.load() ?? []).map((parameter) => [parameter.Name, parameter]));
  const ssm: Ssm = { parameters, state, clock: options.clock, randomUuid: options.randomUuid };
  return jsonService({
    name: "ssm",
    prefix: "AmazonSSM",
    version: "1.1",
    about: ({ Name }) => (Name === undefined ? {} : { resource: String(Name) }),
    handle(operation, input) {
      const perform = operations[operation];
      if (!perform) throw notImplemented("SSM", operation);
      return { status: 200, body: perform(ssm, input) };
    },
  });
}
