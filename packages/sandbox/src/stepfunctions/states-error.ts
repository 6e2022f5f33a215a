/** A refusal of the Step Functions service; `name` is what the SDK's error class is called. */
export class StatesServiceError extends Error {
  constructor(
    name:
      | "ExecutionAlreadyExists"
      | "ExecutionDoesNotExist"
      | "InvalidArn"
      | "InvalidExecutionInput"
      | "InvalidName"
      | "InvalidToken"
      | "StateMachineDoesNotExist"
      | "StateMachineTypeNotSupported"
      | "UnknownOperationException"
      | "ValidationException",
    message: string,
  ) {
    super(message);
    this.name = name;
  }
}
