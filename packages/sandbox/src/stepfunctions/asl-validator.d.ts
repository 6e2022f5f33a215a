declare module "asl-validator" {
  /** Writes `QueryLanguage` into the definition that it is given. */
  function validate(
    definition: object,
    options: { checkArn: boolean; checkPaths: boolean },
  ): { isValid: boolean; errors: { "Error code": string; Message: string; path?: string }[] };
  export = validate;
}
