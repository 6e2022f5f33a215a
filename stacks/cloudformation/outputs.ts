import { functions, stateMachineName } from "../blueprint.ts";
import { pascal } from "../pascal.ts";
import { webOrigin } from "./parameters.ts";
import { credentialsParameter, deployedName, scheduleGroup } from "./permissions.ts";
import { attribute, either, type Output, type Resources, ref, sub } from "./template.ts";

const website = functions.find(({ url }) => url);
const webUrl =
  website === undefined
    ? undefined
    : either("HasWebOrigin", webOrigin, attribute(`${pascal(website.name)}Url`, "FunctionUrl"));

/** What `2x2 --stage` reads, as text for Fn::Sub; packages/cli/src/deployment.ts has the schema. */
const written: Readonly<Record<string, string>> = {
  table: "${Squares}",
  bucket: "${Pictures}",
  schedule: "${Schedule}",
  scheduleGroup,
  stateMachineArn: "${StateMachine}",
  credentialsParameter: "${CredentialsName}",
  alertsTopicArn: "${Alerts}",
  region: "${AWS::Region}",
  order: "${Order}",
  ...(webUrl !== undefined && { webUrl: "${WebAddress}" }),
};

export const outputsParameter: Resources = {
  StageOutputs: {
    Type: "AWS::SSM::Parameter",
    Properties: {
      Name: sub("/twobytwo/${Stage}/outputs"),
      Type: "String",
      Description: "Where the command 2x2 finds this stage",
      Value: sub(JSON.stringify(written), {
        CredentialsName: credentialsParameter,
        ...(webUrl !== undefined && { WebAddress: webUrl }),
      }),
    },
  },
};

const region = "https://${AWS::Region}.console.aws.amazon.com";

export const outputs: Record<string, Output> = {
  Table: { Description: "The table of squares; kept when the stack is deleted", Value: ref("Squares") },
  Bucket: { Description: "The bucket of pictures; kept when the stack is deleted", Value: ref("Pictures") },
  StateMachineArn: { Description: "The workflow", Value: ref("StateMachine") },
  Runs: {
    Description: "The runs in the console",
    Value: sub(`${region}/states/home?region=\${AWS::Region}#/statemachines/view/\${StateMachine}`),
  },
  ScheduleName: { Description: "The schedule", Value: sub(deployedName(stateMachineName)) },
  CredentialsParameter: {
    Description: "The SSM SecureString that has to hold the keys of X: `2x2 credentials set --stage STAGE`",
    Value: credentialsParameter,
  },
  AlertsTopicArn: { Description: "Where failures are told", Value: ref("Alerts") },
  ...(webUrl !== undefined && { WebUrl: { Description: "The web app", Value: webUrl } }),
  WebDomainTarget: {
    Condition: "HasWebDomain",
    Description: "What a CNAME record of the web app's domain has to point at",
    Value: attribute("WebDistribution", "DomainName"),
  },
};
