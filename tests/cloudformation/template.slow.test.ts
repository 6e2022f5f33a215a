import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { bundleFunctions } from "@twobytwo/scripts/build";
import { buildCloudFormation, compact, documented, readDefinition } from "@twobytwo/scripts/cloudformation";
import { zip } from "@twobytwo/scripts/zip";
import { functions } from "@twobytwo/stacks/blueprint";
import { renderTemplate } from "@twobytwo/stacks/cloudformation";
import { parameters } from "@twobytwo/stacks/cloudformation/parameters";
import type { Resource, Template } from "@twobytwo/stacks/cloudformation/template";
import { unzipSync } from "fflate";
import { describe, expect, it } from "vitest";
import { lint, mostBytes } from "./lint/lint.ts";

const definition = await readDefinition();
const render = () => structuredClone(renderTemplate({ definition }));

describe("the template", () => {
  it("is committed as it is rendered, and so are the policies and the role for GitHub", async () => {
    for (const [file, text] of documented(render()))
      expect((await readFile(file, "utf8")) === text, `${file}: run \`npm run cloudformation -- --docs\``).toBe(true);
  });

  it("is plain ASCII: the console and older versions of AWS's command print anything else as question marks", () => {
    for (const [file, text] of documented(render()))
      expect([file, /[^\n -~]/.exec(text)?.[0]]).toEqual([file, undefined]);
  });

  it("names with the region what has one name in all regions of an account, so that a stage can be in two", () => {
    // Roles have names of CloudFormation's own, with the stack's in front.
    const global = [/^AWS::IAM::/, /^AWS::CloudFront::/, /^AWS::CloudWatch::Dashboard$/];
    const named = Object.entries(render().Resources).flatMap(([id, { Type, Properties }]) => {
      const [, name] = /"(?:\w*Name)":(\{"Fn::Sub":"[^"]*"\}|"[^"]*")/.exec(JSON.stringify(Properties)) ?? [];
      return global.some((type) => type.test(Type)) && name !== undefined && Type !== "AWS::CloudFront::Distribution"
        ? [[id, name] as const]
        : [];
    });
    expect(named.map(([id]) => id)).toEqual(expect.arrayContaining(["Dashboard", "WebAccess", "WebViewer"]));
    for (const [id, name] of named)
      if (!/Role$/.test(id)) expect([id, name]).toEqual([id, expect.stringContaining("${AWS::Region}")]);
    for (const [id, { Properties }] of Object.entries(render().Resources))
      expect([id, Properties["RoleName"], Properties["BucketName"]]).toEqual([id, undefined, undefined]);
  });

  it("is what AWS's published resource schemas take", async () => {
    expect(await lint(render())).toEqual([]);
  });

  it("can be sent to CloudFormation", () => {
    expect(Buffer.byteLength(compact(render()))).toBeLessThan(mostBytes.inBucket);
  });

  it("asks for every parameter with a description, and within limits", () => {
    for (const [name, { Description, AllowedPattern, AllowedValues, MinValue }] of Object.entries(parameters)) {
      expect(Description, name).toMatch(/^[A-Z1].*\.$/s);
      expect(AllowedPattern ?? AllowedValues ?? MinValue, name).toBeDefined();
    }
  });

  it("keeps the table, the bucket and the bucket's policy when the stack goes", () => {
    const kept = Object.entries(render().Resources).filter(([, { DeletionPolicy }]) => DeletionPolicy !== undefined);
    expect(kept.map(([name]) => name)).toEqual(["Squares", "Pictures", "PicturesPolicy"]);
    for (const [, { DeletionPolicy, UpdateReplacePolicy }] of kept)
      expect([DeletionPolicy, UpdateReplacePolicy]).toEqual(["RetainExceptOnCreate", "Retain"]);
  });

  it("has the state machine as it stands in its file", () => {
    const { DefinitionString, DefinitionSubstitutions } = render().Resources["StateMachine"]!.Properties;
    expect(JSON.parse(String(DefinitionString))).toEqual(definition);
    const placeholders = [...String(DefinitionString).matchAll(/\$\{(\w+)\}/g)].map(([, name]) => name);
    expect(Object.keys(DefinitionSubstitutions!).sort()).toEqual([...new Set(placeholders)].sort());
  });

  it("gives no role a wildcard but where AWS has no other way", () => {
    const wild = Object.entries(render().Resources).flatMap(([name, { Properties }]) =>
      statementsIn(Properties["Policies"])
        .filter(({ Action, Resource }) => /\*/.test([Action].flat().join()) || [Resource].flat().includes("*"))
        .map(() => name),
    );
    // Log delivery and X-Ray cannot be granted for less than everything.
    expect(wild).toEqual(["StateMachineRole"]);
  });

  it("has no key of X in it", () => {
    expect(compact(render())).not.toMatch(/CONSUMER_KEY|ACCESS_TOKEN|CONSUMER_SECRET/);
  });
});

interface Statement {
  Action: string | string[];
  Resource: unknown;
}

const statementsIn = (policies: unknown): Statement[] =>
  ((policies ?? []) as { PolicyDocument: { Statement: Statement[] } }[]).flatMap(
    (policy) => policy.PolicyDocument.Statement,
  );

/** Each breaks the template in one way; the message is what the linter has to say to it. */
const mutations: [string, (resources: Record<string, Resource>, template: Template) => void, RegExp][] = [
  [
    "a misspelt property",
    ({ TweetFunction }) => rename(TweetFunction!, "Timeout", "TimeOut"),
    /TweetFunction\.TimeOut: there is no such property/,
  ],
  [
    "a required property left out",
    ({ TweetFunction }) => void rename(TweetFunction!, "Role", undefined),
    /TweetFunction\.Role: is required/,
  ],
  [
    "a wrong kind of value",
    ({ TweetFunction }) => set(TweetFunction!, "MemorySize", "much"),
    /TweetFunction\.MemorySize: is no whole number/,
  ],
  [
    "a value that is not allowed",
    ({ StateMachine }) => set(StateMachine!, "StateMachineType", "FREE"),
    /takes .*not FREE/,
  ],
  [
    "a type that AWS does not have",
    ({ Alerts }) => void Object.assign(Alerts!, { Type: "AWS::SNS::Topik" }),
    /Alerts: AWS has no resource type AWS::SNS::Topik/,
  ],
  [
    "a Ref to nothing",
    ({ IngestRulePermission }) => set(IngestRulePermission!, "SourceArn", { Ref: "IngestRul" }),
    /IngestRulePermission: nothing is called IngestRul/,
  ],
  [
    "an attribute that does not exist",
    ({ IngestRulePermission }) => set(IngestRulePermission!, "SourceArn", { "Fn::GetAtt": ["IngestRule", "ARN"] }),
    /AWS::Events::Rule has no attribute ARN/,
  ],
  [
    "a condition that is not there",
    ({ AlertsByMail }) => void Object.assign(AlertsByMail!, { Condition: "HasMial" }),
    /AlertsByMail: there is no condition HasMial/,
  ],
  [
    "DependsOn of nothing",
    ({ Schedule }) => void Object.assign(Schedule!, { DependsOn: "Nobody" }),
    /Schedule: DependsOn Nobody/,
  ],
  [
    "a circle",
    ({ ScheduleDeadLetters }) => set(ScheduleDeadLetters!, "Tags", [{ Key: "of", Value: { Ref: "Schedule" } }]),
    /Circular dependency: /,
  ],
  [
    "a parameter that nothing uses",
    (_, { Parameters }) => void Object.assign(Parameters, { Mood: { ...Parameters["Stage"] } }),
    /Mood: nothing uses it/,
  ],
  [
    "a default that its own rule refuses",
    (_, { Parameters }) => void Object.assign(Parameters["Stage"]!, { Default: "Production" }),
    /'Stage' failed to satisfy constraint/,
  ],
  [
    "text where a list belongs",
    ({ TweetFunction }) => set(TweetFunction!, "Architectures", { "Fn::Sub": "arm64" }),
    /TweetFunction\.Architectures: Fn::Sub gives text/,
  ],
];

function set(resource: Resource, name: string, value: unknown): void {
  Object.assign(resource.Properties, { [name]: value });
}

function rename(fields: object, from: string, to: string | undefined): void {
  const properties = ("Properties" in fields ? fields.Properties : fields) as Record<string, unknown>;
  const value = properties[from];
  expect(value).toBeDefined();
  delete properties[from];
  if (to !== undefined) properties[to] = value;
}

describe("the linter", () => {
  it.each(mutations)("finds %s", async (_, mutate, message) => {
    const template = render();
    mutate(template.Resources, template);
    expect((await lint(template)).join("\n")).toMatch(message);
  });
});

describe("npm run cloudformation", () => {
  it("makes the same bytes each time, with a zip for every function that holds its bundle", async () => {
    const folder = await mkdtemp(path.join(tmpdir(), "twobytwo-cloudformation-"));
    try {
      const bundles = path.join(folder, "functions");
      await bundleFunctions(bundles);
      const [one, two] = [path.join(folder, "one"), path.join(folder, "two")];
      const first = await buildCloudFormation(one, bundles);
      const second = await buildCloudFormation(two, bundles);
      expect(second.zips.map(({ sha256 }) => sha256)).toEqual(first.zips.map(({ sha256 }) => sha256));
      expect(await readFile(path.join(two, "template.json"))).toEqual(await readFile(path.join(one, "template.json")));
      expect(first.zips.map(({ name }) => name)).toEqual(functions.map(({ name }) => name));
      for (const { name, file } of first.zips) {
        const files = unzipSync(await readFile(file));
        expect(Buffer.from(files["index.mjs"] ?? [])).toEqual(await readFile(path.join(bundles, name, "index.mjs")));
      }
      const pictures = Object.keys(unzipSync(await readFile(path.join(one, "ingest.zip"))));
      expect(pictures).toContain("node_modules/sharp/package.json");
      expect(pictures.filter((name) => /\.node$/.test(name))).toEqual([expect.stringMatching(/sharp-linux-arm64/)]);
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  });

  it("packs files in the order of their names, whatever order they came in, with one time for all", () => {
    const entries = [
      ["b.txt", Buffer.from("b")],
      ["a/c.txt", Buffer.from("c")],
    ] as const;
    const bytes = zip(new Map(entries));
    expect(zip(new Map(entries.toReversed()))).toEqual(bytes);
    expect(Object.keys(unzipSync(bytes))).toEqual(["a/c.txt", "b.txt"]);
  });
});
