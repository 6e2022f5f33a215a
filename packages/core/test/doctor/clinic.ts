import { DescribeStateMachineCommand, SFNClient } from "@aws-sdk/client-sfn";
import type { Check, DoctorPorts } from "@twobytwo/core/doctor/check";
import { examine } from "@twobytwo/core/doctor/doctor";
import { createXClient } from "@twobytwo/core/x/client";
import { stateMachineArn } from "@twobytwo/sandbox/names";
import type { SandboxOptions } from "@twobytwo/sandbox/sandbox";
import { openStage, type Stage } from "@twobytwo/sandbox/test/stage";

/** A whole sandbox, and the doctor's ports to it. */
export interface Clinic extends Stage {
  doctor: DoctorPorts;
  /** The checks by their names; `change` stands in for some of the ports. */
  examine(change?: Partial<DoctorPorts>): Promise<Record<string, Check>>;
  stateMachine(arn: string): DoctorPorts["stateMachine"];
}

export async function openClinic(options: Partial<SandboxOptions> = {}): Promise<Clinic> {
  const stage = await openStage(options);
  const { sandbox, ports } = stage;
  const states = new SFNClient({
    region: "us-east-1",
    endpoint: sandbox.endpoints.aws,
    credentials: { accessKeyId: "clinic", secretAccessKey: sandbox.secretAccessKey },
    maxAttempts: 1,
  });
  const stateMachine = (arn: string): DoctorPorts["stateMachine"] => ({
    arn,
    status: async () => (await states.send(new DescribeStateMachineCommand({ stateMachineArn: arn }))).status,
  });
  const doctor: DoctorPorts = {
    ...ports,
    stateMachine: stateMachine(stateMachineArn),
    credentials: stage.credentials,
    x: async () =>
      createXClient({
        credentials: await stage.credentials(),
        baseUrl: sandbox.endpoints.x,
        clock: Date.now,
        deadlineMs: 5_000,
      }),
  };
  return {
    ...stage,
    doctor,
    stateMachine,
    async examine(change = {}) {
      const checks = await examine({ ...doctor, ...change });
      return Object.fromEntries(checks.map((check) => [check.name, check]));
    },
    async close() {
      states.destroy();
      await stage.close();
    },
  };
}
