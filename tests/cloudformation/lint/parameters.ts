import type { Parameter } from "@twobytwo/stacks/cloudformation/template";

/** What CloudFormation says against a value of a parameter, in its words. */
export function checkParameterValue(name: string, parameter: Parameter, value: string): string[] {
  const { AllowedPattern, AllowedValues, MinLength = 0, MaxLength = 4096, ConstraintDescription } = parameter;
  const fail = (why: string) => [
    `Parameter '${name}' ${ConstraintDescription ? `failed to satisfy constraint: ${ConstraintDescription}` : why}`,
  ];
  if (AllowedValues !== undefined && !AllowedValues.includes(value)) return fail(`must be one of AllowedValues`);
  if (parameter.Type === "Number") {
    const number = Number(value);
    const { MinValue = Number.NEGATIVE_INFINITY, MaxValue = Number.POSITIVE_INFINITY } = parameter;
    return value.trim() === "" || !(number >= MinValue && number <= MaxValue)
      ? fail("must be a number in its range")
      : [];
  }
  if (AllowedPattern !== undefined && !new RegExp(`^(?:${AllowedPattern})$`).test(value))
    return fail(`must match pattern ${AllowedPattern}`);
  return value.length < MinLength || value.length > MaxLength
    ? fail(`must have ${MinLength} to ${MaxLength} characters`)
    : [];
}
