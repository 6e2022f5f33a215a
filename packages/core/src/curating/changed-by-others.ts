import { TaskError } from "../errors.ts";

/** What a person is told whose change was made of a square as it no longer is. */
export const changedByOthers = (id: string) =>
  new TaskError("rejected", `Somebody else changed square ${id} meanwhile: look at it again, then repeat the change.`);
