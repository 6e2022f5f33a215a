declare module "asl-validator" {
  function validate(
    definition: object,
    options: { checkArn: boolean; checkPaths: boolean },
  ): { errors: { "Error code": string; Message: string; path?: string }[] };
  export = validate;
}
