import {
  cleanTemplate,
  type PlannedCaption,
  planCaptions,
  templateOf,
  usualTemplate,
} from "@twobytwo/core/curating/caption-template";
import { TaskError } from "@twobytwo/core/errors";
import { useMemo, useRef, useState } from "preact/hooks";
import type { SquareCard } from "../../contract.ts";
import { api } from "../base/api.ts";
import { Button } from "../base/button.tsx";
import { Dialog } from "../base/dialog.tsx";
import { formatCount, formatPrice, statusLabels } from "../base/format.ts";
import { toastDone } from "../base/messages.tsx";
import { overview, squaresChanged } from "../base/overview.ts";
import { messageOf } from "../base/request.ts";
import { Failed } from "../base/states.tsx";
import { useLoad } from "../base/use-load.ts";
import { measure, usualPrice } from "../square/post-text.ts";
import { PlannedList } from "./planned-list.tsx";
import { keepTemplate, typedTemplate } from "./typed-template.ts";
import "./series.css";

const pageSize = 200;
/** What one request changes. */
const most = 20;
const placeholders = ["{title}", "{series}", "{n}"];

async function squaresOf(series: string): Promise<SquareCard[]> {
  const found = new Map<string, SquareCard>();
  for (const status of Object.keys(statusLabels) as SquareCard["status"][]) {
    if (overview.peek()?.stock[status] === 0) continue;
    let cursor: string | undefined;
    do {
      const page = await api.squares({ status, series, limit: pageSize, cursor });
      for (const card of page.squares) if (card.mistakes === undefined) found.set(card.id, card);
      cursor = page.cursor;
    } while (cursor !== undefined);
  }
  return [...found.values()];
}

interface Plan {
  template: string;
  planned: PlannedCaption<SquareCard>[];
  mistake?: string;
}

function planOf(squares: readonly SquareCard[], series: string, text: string): Plan {
  try {
    const template = cleanTemplate(text);
    const onBluesky = overview.peek()?.bluesky !== undefined;
    return { template, planned: planCaptions(squares, { series, template, onBluesky }) };
  } catch (error) {
    if (!(error instanceof TaskError)) throw error;
    return { template: text, planned: [], mistake: error.message };
  }
}

/** Captions for all squares of a series by a template, each as it will be before anything changes. */
export default function CaptionsDialog({ series, onClose }: { series: string; onClose: () => void }) {
  const loaded = useLoad(() => squaresOf(series), [series]);
  const [text, setText] = useState(typedTemplate(series));
  const [changing, setChanging] = useState<{ done: number; of: number }>();
  const [failure, setFailure] = useState("");
  const field = useRef<HTMLTextAreaElement>(null);
  const squares = loaded.value;
  const standing = (squares && (templateOf(series, squares) ?? usualTemplate)) ?? "";
  const shown = text ?? standing;
  const { template, planned, mistake } = useMemo(() => planOf(squares ?? [], series, shown), [squares, series, shown]);
  const changes = planned.filter(({ outcome }) => outcome === "changes");
  const write = (next: string) => {
    keepTemplate(series, next === standing ? undefined : next);
    setText(next);
  };
  const insert = (placeholder: string) => {
    const area = field.current;
    area?.setRangeText(placeholder, area.selectionStart, area.selectionEnd, "end");
    write(area?.value ?? shown);
    area?.focus();
  };
  const apply = async () => {
    setFailure("");
    let done = 0;
    const refused: string[] = [];
    try {
      for (let from = 0; from < changes.length; from += most) {
        setChanging({ done: from, of: changes.length });
        const some = changes.slice(from, from + most);
        const results = await api.captions({
          series,
          template,
          squares: some.map(({ square: { id, version }, number = 1 }) => ({ id, version, number })),
        });
        for (const { outcome, why = "Somebody else changed it." } of results)
          if (outcome === "changes" || outcome === "stays") done += 1;
          else refused.push(why);
      }
      if (done > 0) toastDone(`${formatCount(done, "caption")} of “${series}” changed.`);
      keepTemplate(series, undefined);
      if (refused.length === 0) onClose();
      else
        setFailure(
          [`${formatCount(refused.length, "caption")} could not be changed.`, ...refused.slice(0, 3)].join(" "),
        );
    } catch (error) {
      setFailure(messageOf(error));
    } finally {
      squaresChanged();
      setChanging(undefined);
    }
  };
  return (
    <Dialog title={`Captions of “${series}”`} onClose={onClose}>
      <form
        class="stack"
        onSubmit={(event) => {
          event.preventDefault();
          void apply();
        }}
      >
        <div class="field">
          <label for="template">Template</label>
          <textarea
            id="template"
            ref={field}
            rows={2}
            value={shown}
            disabled={squares === undefined || changing !== undefined}
            spellcheck={false}
            aria-describedby="template-help template-mistake"
            aria-invalid={mistake !== undefined}
            onInput={(event) => write(event.currentTarget.value)}
          />
          <div class="switches">
            {placeholders.map((placeholder) => (
              <Button key={placeholder} slim disabled={changing !== undefined} onClick={() => insert(placeholder)}>
                {placeholder}
              </Button>
            ))}
          </div>
          <small id="template-help" class="quiet">
            {"{n}"} numbers the squares in the order in which they were added. Captions that you wrote by hand stay as
            they are. Without a template, the captions that one made are removed.
          </small>
          <small id="template-mistake" class="mistake" aria-live="polite">
            {mistake}
          </small>
        </div>
        {squares !== undefined ? (
          <PlannedList planned={planned} cost={costOf(changes)} />
        ) : loaded.error === undefined ? (
          <p class="quiet" aria-busy="true">
            Reading the squares of this series…
          </p>
        ) : (
          <Failed what="The series could not be loaded" error={loaded.error} again={loaded.reload} />
        )}
        {failure && (
          <p class="mistake" role="alert">
            {failure}
          </p>
        )}
        <div class="dialog-actions">
          {squares !== undefined && shown !== standing && (
            <>
              <span class="quiet">Not applied yet. Kept on this device.</span>
              <Button
                disabled={changing !== undefined}
                onClick={() => {
                  write(standing);
                  field.current?.focus();
                }}
              >
                Discard my template
              </Button>
            </>
          )}
          <Button onClick={onClose}>Cancel</Button>
          <Button type="submit" main disabled={changes.length === 0 || changing !== undefined}>
            {changing
              ? `${changing.done} of ${changing.of}…`
              : `${squares && template === "" ? "Remove" : "Change"} ${formatCount(changes.length, "caption")}`}
          </Button>
        </div>
      </form>
    </Dialog>
  );
}

/** What links in the captions cost, in a sentence. */
function costOf(changes: readonly PlannedCaption<SquareCard>[]): string {
  const linked = changes
    .map(({ square, caption }) => measure({ title: square.title, caption }))
    .filter(({ links }) => links.length > 0);
  const [first] = linked;
  if (first === undefined) return "";
  return `${formatCount(linked.length, "caption has", "captions have")} a link: such a post costs ${formatPrice(first.price)} instead of ${formatPrice(usualPrice)}.`;
}
