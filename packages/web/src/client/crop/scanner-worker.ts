import { warp } from "@twobytwo/core/pictures/warp";
import { applyGains, greyReference } from "@twobytwo/core/pictures/white-balance";
import { findSquares } from "../../scan/find-squares.ts";
import type { Answer, Question } from "./scanner.ts";

/** Works on pictures in the background, so that the page stays responsive. */
const scope = globalThis as unknown as Pick<Worker, "postMessage"> & {
  onmessage: ((event: MessageEvent<Question>) => void) | null;
};

scope.onmessage = ({ data: { id, ...question } }) => {
  const answer = (rest: Omit<Answer, "id">) => scope.postMessage({ id, ...rest });
  try {
    if (question.ask === "find") {
      const { squares } = findSquares(
        question.image,
        question.at ? { at: question.at } : { mode: question.mode, several: true },
      );
      answer({ squares });
    } else {
      const straight = warp(question.image, question.corners, question.side);
      if (question.grey) applyGains(straight, greyReference(question.image, question.grey));
      answer({ straight: new ImageData(straight.data, straight.width, straight.height) });
    }
  } catch (error) {
    answer({ failure: error instanceof Error ? error.message : String(error) });
  }
};
