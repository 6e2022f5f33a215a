import type { Corners, Point } from "@twobytwo/core/pictures/homography";

/** `painted` is the picture alone, `paper` the whole sheet that it is painted on. */
export type Mode = "painted" | "paper";

export interface FoundSquare {
  /** Clockwise from the top left, in pixels of the picture that was looked at. */
  corners: Corners;
  /** False where the corners are a guess for a person to correct. */
  sure: boolean;
}

export type Question =
  | { id: number; ask: "find"; image: ImageData; mode: Mode }
  | { id: number; ask: "straighten"; image: ImageData; corners: Corners; side: number; grey?: Point };
export interface Answer {
  id: number;
  squares?: readonly FoundSquare[];
  straight?: ImageData;
  failure?: string;
}

export interface Scanner {
  find(image: ImageData, mode: Mode): Promise<readonly FoundSquare[]>;
  /** Looks straight at a square, `side` pixels wide, with the colours that make the paper at `grey` grey. */
  straighten(image: ImageData, corners: Corners, side: number, grey?: Point): Promise<ImageData>;
  close(): void;
}

type Asked = Question extends infer Q ? (Q extends Question ? Omit<Q, "id"> : never) : never;

export function startScanner(): Scanner {
  const worker = new Worker(new URL("./scanner-worker.ts", import.meta.url), { type: "module" });
  const waiting = new Map<number, PromiseWithResolvers<Answer>>();
  let last = 0;
  worker.addEventListener("message", ({ data }: MessageEvent<Answer>) => {
    const asked = waiting.get(data.id);
    waiting.delete(data.id);
    if (data.failure === undefined) asked?.resolve(data);
    else asked?.reject(new Error(data.failure));
  });
  worker.addEventListener("error", ({ message }) => {
    for (const { reject } of waiting.values()) reject(new Error(message || "The scanner could not be started."));
    waiting.clear();
  });
  function ask(question: Asked): Promise<Answer> {
    last += 1;
    const answer = Promise.withResolvers<Answer>();
    waiting.set(last, answer);
    worker.postMessage({ id: last, ...question });
    return answer.promise;
  }
  return {
    find: async (image, mode) => (await ask({ ask: "find", image, mode })).squares ?? [],
    async straighten(image, corners, side, grey) {
      const { straight } = await ask({ ask: "straighten", image, corners, side, ...(grey && { grey }) });
      if (straight === undefined) throw new Error("The scanner gave no picture.");
      return straight;
    },
    close: () => worker.terminate(),
  };
}
