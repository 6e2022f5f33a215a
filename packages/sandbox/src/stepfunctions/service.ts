import type { AwsService } from "../aws-http.ts";
import { jsonService } from "../aws-http.ts";
import { handleStatesRequest } from "./api.ts";
import type { StepFunctions } from "./step-functions.ts";

/** The Step Functions API, to be mounted with `startAwsServer` beside the other services. */
export function statesService(stepFunctions: StepFunctions): AwsService {
  return jsonService({
    name: "states",
    prefix: "AWSStepFunctions",
    version: "1.0",
    resourceOf: (input) => {
      const arn = input["executionArn"] ?? input["stateMachineArn"];
      return arn === undefined ? undefined : String(arn);
    },
    handle: (operation, body) => handleStatesRequest(stepFunctions, { target: `AWSStepFunctions.${operation}`, body }),
  });
}
