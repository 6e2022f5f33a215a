import { useEffect, useState } from "preact/hooks";
import type { PlannedPost } from "../../contract.ts";
import { api } from "../base/api.ts";
import { off } from "../base/button.tsx";
import { dayIn, wallClock } from "../base/day.ts";
import { formatClock, formatDay, formatDayOfMonth, formatMonths, ownTimeZone, titleOf } from "../base/format.ts";
import { Icon } from "../base/icons.tsx";
import { announce } from "../base/messages.tsx";
import { overview } from "../base/overview.ts";
import { Picture } from "../base/picture.tsx";
import { place, replaceQuery } from "../base/router.ts";
import { Failed } from "../base/states.tsx";
import { useLoad } from "../base/use-load.ts";
import { actions } from "../square/actions.ts";
import { DayDialog } from "../square/day-dialog.tsx";
import { monthAfter, monthOf, readMonth, weeksOf } from "./calendar.ts";
import { useDayDrag } from "./day-drag.ts";
import "./month.css";

/** The most that one call returns. */
const most = 500;
const shownADay = 3;
/** A month that is seen so far is named above; before that, only its first days follow on another. */
const daysToBeNamed = 7;
const noon = (day: string) => `${day}T12:00:00Z`;
const weekdays = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"];

/** What is posted on each day of a month, and a day for a square that has to have one. */
export default function MonthPage() {
  const timeZone = overview.value?.schedule.timeZone ?? ownTimeZone;
  const today = dayIn(new Date(), timeZone);
  const month = readMonth(place.value.query.get("month")) ?? monthOf(today);
  const loaded = useLoad(() => api.next(most), []);
  const [choosing, setChoosing] = useState<PlannedPost>();
  const posts = loaded.value?.posts ?? [];
  const byDay = postsByDay(posts, timeZone);
  const last = posts.findLast(({ at }) => at !== undefined)?.at;
  const find = (id: string) => posts.find(({ square }) => square.id === id);
  const spoken = (day: string) => formatDay(noon(day), { timeZone: "UTC" });
  const weeks = weeksOf(month, today);
  const isFar = weeks.flat().filter((day) => monthOf(day) > month).length >= daysToBeNamed;
  const lastMonth = isFar ? monthOf(weeks.at(-1)?.at(-1) ?? month) : month;
  const { dragged, onPointerDown } = useDayDrag({
    onOver: (day) => announce(day === undefined ? "No day" : spoken(day)),
    onDrop: (id, day) => {
      const post = find(id);
      if (post === undefined || day === dayOf(post, timeZone)) return;
      const time = post.square.date === undefined ? "" : wallClock(post.square.date, timeZone);
      void actions.date(post.square, time === "" ? day : `${day}T${time}`);
    },
  });
  useEffect(() => {
    if (month < monthOf(today)) replaceQuery({ month: "" });
  }, [month, today]);
  const go = (by: number) => replaceQuery({ month: monthAfter(month, by) });
  return (
    <>
      <div class="page-head page-head-two">
        <h1>{formatMonths(noon(`${month}-15`), noon(`${lastMonth}-15`), "UTC")}</h1>
        <p class="quiet">{timeZone !== ownTimeZone && `times in ${timeZone}`}</p>
        <span class="page-aside">
          <a href="/queue">Queue</a>
          <span class="month-steps">
            <button
              type="button"
              class="icon-button"
              aria-label="Previous month"
              onClick={() => go(-1)}
              {...(month <= monthOf(today) && off)}
            >
              <Icon name="back" />
            </button>
            <button type="button" class="icon-button" aria-label="Next month" onClick={() => go(1)}>
              <Icon name="arrow" />
            </button>
          </span>
        </span>
      </div>
      {loaded.error !== undefined && loaded.value === undefined && (
        <Failed what="The month could not be loaded" error={loaded.error} again={loaded.reload} />
      )}
      <table class="month" aria-label="Posts by day" aria-busy={loaded.value === undefined}>
        <thead>
          <tr>
            {weekdays.map((day) => (
              <th key={day} scope="col">
                {day}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {weeks.map((week, row) => (
            <tr key={week[0]}>
              {week.map((day, column) => (
                <Day
                  key={day}
                  day={day}
                  isNamed={day.endsWith("-01") || row + column === 0}
                  isToday={day === today}
                  isPast={day < today}
                  isOver={dragged?.over === day}
                  posts={byDay.get(day) ?? []}
                  timeZone={timeZone}
                  onChoose={setChoosing}
                  onPointerDown={onPointerDown}
                />
              ))}
            </tr>
          ))}
        </tbody>
      </table>
      <p class="quiet">
        Drag a square to another day, or press it. <span class="month-mark" aria-hidden="true" />
        {"\u00a0"}marks a chosen day: the first post on or after that day goes to this square, before the queue.
      </p>
      {posts.length === most && last !== undefined && (
        <p class="quiet">
          This shows the next {most} posts, up to {spoken(dayIn(new Date(last), timeZone))}.
        </p>
      )}
      {posts.some(({ at }) => at === undefined) && (
        <p class="quiet">While posting is stopped, only squares with a date are shown.</p>
      )}
      {choosing && (
        <DayDialog square={choosing.square} at={choosing.at} isLinked onClose={() => setChoosing(undefined)} />
      )}
    </>
  );
}

/** While the schedule sleeps, a square with a date of its own is shown on that. */
const timeOf = ({ at, square }: PlannedPost) => at ?? square.date;

function dayOf(post: PlannedPost, timeZone: string): string | undefined {
  const time = timeOf(post);
  return time === undefined ? undefined : dayIn(new Date(time), timeZone);
}

function postsByDay(posts: readonly PlannedPost[], timeZone: string): Map<string | undefined, PlannedPost[]> {
  const days = new Map<string | undefined, PlannedPost[]>();
  for (const post of posts) {
    const day = dayOf(post, timeZone);
    days.set(day, [...(days.get(day) ?? []), post]);
  }
  return days;
}

interface DayProps {
  day: string;
  /** With its month. */
  isNamed: boolean;
  isToday: boolean;
  isPast: boolean;
  isOver: boolean;
  posts: readonly PlannedPost[];
  timeZone: string;
  onChoose: (post: PlannedPost) => void;
  onPointerDown: (id: string) => (event: PointerEvent) => void;
}

function Day({ day, isNamed, isToday, isPast, isOver, posts, timeZone, onChoose, onPointerDown }: DayProps) {
  const more = posts.length - shownADay;
  return (
    <td
      class={`month-day${isPast ? " month-past" : ""}${isOver ? " month-over" : ""}`}
      {...(!isPast && { "data-drop-day": day })}
      {...(isToday && { "aria-current": "date" })}
    >
      <time dateTime={day}>{isNamed ? formatDayOfMonth(noon(day), "UTC") : Number(day.slice(8))}</time>
      {posts.slice(0, shownADay).map((post) => (
        <SquareOfDay
          key={post.square.id}
          post={post}
          timeZone={timeZone}
          onChoose={() => onChoose(post)}
          onPointerDown={onPointerDown(post.square.id)}
        />
      ))}
      {more > 0 && <a href="/queue">{more} more</a>}
    </td>
  );
}

interface SquareOfDayProps {
  post: PlannedPost;
  timeZone: string;
  onChoose: () => void;
  onPointerDown: (event: PointerEvent) => void;
}

function SquareOfDay({ post, timeZone, onChoose, onPointerDown }: SquareOfDayProps) {
  const { square, at } = post;
  const title = titleOf(square);
  const clock = at === undefined ? "" : formatClock(at, timeZone);
  return (
    <button
      type="button"
      class="month-square"
      aria-haspopup="dialog"
      aria-label={`${clock} ${title}${square.date ? ", on a chosen day" : ""}. Move to day…`}
      onClick={onChoose}
      onPointerDown={onPointerDown}
    >
      <Picture src={square.thumbnailUrl} alt="" size={72} />
      <span class="month-words">
        {square.date && <span class="month-mark" />}
        <span class="quiet">{clock}</span> {title}
      </span>
    </button>
  );
}
