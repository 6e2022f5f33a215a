/** The parts of a CloudFormation template, as docs.aws.amazon.com/AWSCloudFormation has them under "Template reference". */

export type Value = string | number | boolean | readonly Value[] | { readonly [name: string]: Value };

export interface Parameter {
  Type: "String" | "Number" | "CommaDelimitedList";
  Description: string;
  Default?: string | number;
  AllowedValues?: readonly string[];
  AllowedPattern?: string;
  ConstraintDescription?: string;
  MinValue?: number;
  MaxValue?: number;
  MinLength?: number;
  MaxLength?: number;
}

export interface Resource {
  Type: string;
  Condition?: string;
  DependsOn?: string | readonly string[];
  /** `RetainExceptOnCreate` keeps it, but not what a first deployment that failed had begun. */
  DeletionPolicy?: "Delete" | "Retain" | "RetainExceptOnCreate";
  UpdateReplacePolicy?: "Delete" | "Retain";
  Properties: { readonly [name: string]: Value };
}
export type Resources = Record<string, Resource>;

export interface Output {
  Description: string;
  Value: Value;
  Condition?: string;
}

export interface Template {
  AWSTemplateFormatVersion: "2010-09-09";
  Description: string;
  Metadata: { readonly [name: string]: Value };
  Parameters: Record<string, Parameter>;
  Conditions: Record<string, Value>;
  Resources: Resources;
  Outputs: Record<string, Output>;
}

export const ref = (name: string): Value => ({ Ref: name });
export const attribute = (resource: string, name: string): Value => ({ "Fn::GetAtt": [resource, name] });
export const arnOf = (resource: string): Value => attribute(resource, "Arn");
/** `${Name}`, `${Resource.Attribute}` and `${AWS::Region}` in the text are replaced; `values` add names of its own. */
export const sub = (text: string, values?: { readonly [name: string]: Value }): Value => ({
  "Fn::Sub": values === undefined ? text : [text, values],
});
export const either = (condition: string, yes: Value, no: Value): Value => ({ "Fn::If": [condition, yes, no] });
/** As if the property were not there. */
export const noValue: Value = ref("AWS::NoValue");
export const equals = (a: Value, b: Value): Value => ({ "Fn::Equals": [a, b] });
export const not = (condition: Value): Value => ({ "Fn::Not": [condition] });

/** An ARN in the stack's own account and region, for example of `scheduler` and `schedule/default/${Stage}`. */
export const arnHere = (service: string, resource: string): Value =>
  sub(`arn:\${AWS::Partition}:${service}:\${AWS::Region}:\${AWS::AccountId}:${resource}`);
