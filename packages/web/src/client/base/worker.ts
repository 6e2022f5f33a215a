interface Answer {
  id: number;
  failure?: string;
}

/**
 * Asks a worker questions that it answers under their ids, in any order.
 *
 * @param start is called at the first question
 * @param broken what to say where the worker stops without a reason
 */
export function createAsker<Question extends { id: number }, Reply extends Answer>(
  start: () => Worker,
  broken: string,
) {
  const waiting = new Map<number, PromiseWithResolvers<Reply>>();
  let worker: Worker | undefined;
  let last = 0;
  const started = () => {
    const made = start();
    made.addEventListener("message", ({ data }: MessageEvent<Reply>) => {
      const asked = waiting.get(data.id);
      waiting.delete(data.id);
      if (data.failure === undefined) asked?.resolve(data);
      else asked?.reject(new Error(data.failure));
    });
    made.addEventListener("error", ({ message }) => {
      for (const { reject } of waiting.values()) reject(new Error(message || broken));
      waiting.clear();
    });
    return made;
  };
  return (question: WithoutId<Question>, transfer: Transferable[] = []): Promise<Reply> => {
    worker ??= started();
    last += 1;
    const answer = Promise.withResolvers<Reply>();
    waiting.set(last, answer);
    worker.postMessage({ id: last, ...question }, transfer);
    return answer.promise;
  };
}

type WithoutId<Question> = Question extends unknown ? Omit<Question, "id"> : never;
