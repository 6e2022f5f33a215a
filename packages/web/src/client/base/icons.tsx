/** Line icons of 24 units, drawn for this app. */
const paths = {
  wall: "M4 4h7v7H4zM13 4h7v7h-7zM4 13h7v7H4zM13 13h7v7h-7z",
  queue: "M4 5h4v4H4zM12 7h8M4 15h4v4H4zM12 17h8",
  add: "M12 5v14M5 12h14",
  history: "M12 7v5l3.5 2M4.5 9A8 8 0 1 1 4 12M4 4.5V9h4.5",
  runs: "M6 4.5a2 2 0 1 1 0 4 2 2 0 0 1 0-4zM18 15.5a2 2 0 1 1 0 4 2 2 0 0 1 0-4zM6 8.5V13a4.5 4.5 0 0 0 4.5 4.5H16",
  devices: "M11 16.5H3.5v-11h15v3.5M2 19.5h9M14.5 11.5h6v8h-6zM17.5 17h.01",
  keys: "M3.5 6.5h17v11h-17zM7 10h.01M10.3 10h.01M13.7 10h.01M17 10h.01M8 14h8",
  search: "M10.5 4.5a6 6 0 1 1 0 12 6 6 0 0 1 0-12zM15 15l5 5",
  close: "M6 6l12 12M18 6L6 18",
  grip: "M9 6h.01M15 6h.01M9 12h.01M15 12h.01M9 18h.01M15 18h.01",
  more: "M6 12h.01M12 12h.01M18 12h.01",
  edit: "M4 20l.9-4L16.5 4.5l3 3L8 19.1z",
  pause: "M9 5v14M15 5v14",
  play: "M8 5l11 7-11 7z",
  send: "M4 12l16-7-5 15-3.5-6z",
  clock: "M12 4a8 8 0 1 1 0 16 8 8 0 0 1 0-16zM12 8v4.5l3 1.5",
  check: "M5 12.5l4.5 4.5L19 7.5",
  warning: "M12 4l9 16H3zM12 10v4.5M12 17.2h.01",
  external: "M14 4h6v6M20 4l-9 9M17 14v6H4V7h6",
  trash: "M5 7h14M10 7V4.5h4V7M7 7l.8 13h8.4L17 7M10.5 10.5v6M13.5 10.5v6",
  picture: "M4 4h16v16H4zM4 16l5-5 4 4 2.5-2.5L20 17M15 8.5h.01",
  sun: "M12 8a4 4 0 1 1 0 8 4 4 0 0 1 0-8zM12 2.5v2M12 19.5v2M2.5 12h2M19.5 12h2M5.3 5.3l1.4 1.4M17.3 17.3l1.4 1.4M5.3 18.7l1.4-1.4M17.3 6.7l1.4-1.4",
  moon: "M20 14.5A8.5 8.5 0 0 1 9.5 4a8.5 8.5 0 1 0 10.5 10.5z",
  system: "M3.5 5h17v11h-17zM9 20h6M12 16v4",
  arrow: "M5 12h14M13 6l6 6-6 6",
  back: "M19 12H5M11 6l-6 6 6 6",
  scan: "M4 8V4h4M16 4h4v4M20 16v4h-4M8 20H4v-4M4 12h16",
} as const;

export type IconName = keyof typeof paths;

export function Icon({ name }: { name: IconName }) {
  return (
    <svg class={`icon icon-${name}`} viewBox="0 0 24 24" aria-hidden="true" focusable="false">
      <path d={paths[name]} />
    </svg>
  );
}

/** Three squares and the red dot that galleries put beside what is sold. */
export function Mark() {
  return (
    <svg class="mark" viewBox="0 0 32 32" aria-hidden="true" focusable="false">
      <path d="M3 3h12v12H3zM17 3h12v12H17zM3 17h12v12H3z" />
      <circle cx="23" cy="23" r="6" />
    </svg>
  );
}
