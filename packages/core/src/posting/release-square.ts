import { giveBack } from "./give-up.ts";
import { type GivenUp, type GiveUpPorts, givenUp, inHand, ofEverySquare } from "./in-hand.ts";
import type { GiveUpInput } from "./state-inputs.ts";

/** Puts the square in hand back where it was, or holds it for review if it may have been posted. */
export async function releaseSquare(ports: GiveUpPorts, input: GiveUpInput): Promise<GivenUp> {
  const { failure, giveUp } = await inHand(ports, input);
  const squareStatus = giveUp === undefined ? null : await giveBack(ports.table, giveUp);
  return givenUp(failure, giveUp, squareStatus, ofEverySquare.has(failure.name) ? "every square" : "this run");
}
