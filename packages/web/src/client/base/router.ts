import { signal } from "@preact/signals";

export interface Place {
  /** The page that is shown, without query and fragment. */
  path: string;
  query: URLSearchParams;
  /** A square that is open above the page. */
  square?: string;
}

interface Kept {
  /** The page below an open square. */
  page?: string;
  scroll?: number;
}

const squarePattern = /^\/squares\/([^/]+)$/;

function read(): Place {
  const { pathname, search } = window.location;
  const open = squarePattern.exec(pathname)?.[1];
  if (open === undefined) return { path: pathname, query: new URLSearchParams(search) };
  const page = new URL((history.state as Kept | null)?.page ?? "/", window.location.origin);
  return { path: page.pathname, query: page.searchParams, square: decodeURIComponent(open) };
}

/** The address of a square, which opens above the page. */
export const squarePath = (id: string) => `/squares/${encodeURIComponent(id)}`;

/** Where the person is. */
export const place = signal<Place>(read());

history.scrollRestoration = "manual";
const keepScroll = () => history.replaceState({ ...(history.state as Kept | null), scroll: window.scrollY }, "");

window.addEventListener("popstate", () => {
  place.value = read();
});

/** The scroll position that was kept for this entry of the history. */
export const keptScroll = (): number => (history.state as Kept | null)?.scroll ?? 0;

const pageNow = () => {
  const { path, query } = place.peek();
  return query.size > 0 ? `${path}?${query}` : path;
};

export function navigate(to: string, { replace = false }: { replace?: boolean } = {}): void {
  keepScroll();
  const state: Kept = squarePattern.test(to) ? { page: pageNow(), scroll: window.scrollY } : {};
  if (replace) history.replaceState(state, "", to);
  else history.pushState(state, "", to);
  place.value = read();
}

/** Changes the query of the page without a new entry in the history. */
export function replaceQuery(values: Record<string, string>): void {
  const query = new URLSearchParams(place.peek().query);
  for (const [name, value] of Object.entries(values)) {
    if (value === "") query.delete(name);
    else query.set(name, value);
  }
  history.replaceState(history.state, "", query.size > 0 ? `${place.peek().path}?${query}` : place.peek().path);
  place.value = read();
}

/** Closes the open square, back to the page below it. */
export function closeSquare(): void {
  const { page } = (history.state as Kept | null) ?? {};
  if (page !== undefined) history.back();
  else navigate("/", { replace: true });
}

/** Handles plain clicks on links of this app; all others are left to the browser. */
export function followLinks(event: MouseEvent): void {
  if (event.defaultPrevented || event.button !== 0 || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey)
    return;
  const link = (event.target as Element).closest("a");
  if (link === null || link.target !== "" || link.origin !== window.location.origin || link.hasAttribute("download"))
    return;
  if (link.pathname === window.location.pathname && link.hash !== "") return;
  event.preventDefault();
  navigate(link.pathname + link.search);
}
