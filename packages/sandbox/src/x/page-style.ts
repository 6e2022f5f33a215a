/** Of the timeline page: one column that a phone fills, light or dark as the system is. */
export const style = `
:root { color-scheme: light dark; --ink: #0f1419; --soft: #536471; --line: #e3e8ec; --ground: #fff; --lift: #f5f7f9; --accent: #1d6fb8; }
@media (prefers-color-scheme: dark) {
  :root { --ink: #e7e9ea; --soft: #8b98a5; --line: #2a3036; --ground: #0b0d0f; --lift: #16191d; --accent: #6bb6ff; }
}
* { box-sizing: border-box; }
body { margin: 0; background: var(--lift); color: var(--ink); font: 16px/1.45 system-ui, "Segoe UI", Roboto, "Helvetica Neue", sans-serif; -webkit-text-size-adjust: 100%; }
main { max-width: 600px; min-height: 100vh; margin: 0 auto; background: var(--ground); }
@media (min-width: 640px) { main { border-inline: 1px solid var(--line); } }
header { position: sticky; top: 0; z-index: 1; display: flex; align-items: center; gap: 12px; padding: 10px 16px; background: var(--ground); border-bottom: 1px solid var(--line); }
header div { flex: 1; min-width: 0; }
h1 { margin: 0; font-size: 1.15rem; line-height: 1.3; }
header p { margin: 0; color: var(--soft); font-size: .85rem; }
.tag { padding: 2px 10px; border: 1px solid var(--line); border-radius: 99px; color: var(--soft); font-size: .8rem; }
.back { display: grid; place-items: center; width: 44px; height: 44px; margin-left: -10px; border-radius: 50%; color: var(--ink); font-size: 1.3rem; text-decoration: none; }
a { color: var(--accent); text-underline-offset: 2px; }
a:focus-visible { outline: 2px solid var(--accent); outline-offset: 2px; border-radius: 4px; }
article { display: flex; gap: 12px; padding: 14px 16px; border-bottom: 1px solid var(--line); }
.face { flex: none; display: grid; place-items: center; width: 40px; height: 40px; border-radius: 50%; background: var(--accent); color: var(--ground); font-weight: 700; }
.post { flex: 1; min-width: 0; }
.post p { margin: 0; }
.who { display: flex; flex-wrap: wrap; align-items: baseline; gap: 0 6px; }
.who time { font-size: .9rem; }
.who span, .who a, .id a { color: var(--soft); }
.who a, .id a { text-decoration: none; }
.who a:hover, .id a:hover { text-decoration: underline; }
.text { margin-top: 2px !important; white-space: pre-wrap; overflow-wrap: anywhere; }
.pictures { display: grid; gap: 8px; margin-top: 10px; }
.n2, .n3, .n4 { grid-template-columns: 1fr 1fr; }
figure { margin: 0; overflow: hidden; border: 1px solid var(--line); border-radius: 16px; background: var(--lift); }
img { display: block; width: 100%; height: auto; max-height: 80vh; object-fit: contain; }
figcaption { padding: 8px 12px 10px; border-top: 1px solid var(--line); color: var(--soft); font-size: .9rem; white-space: pre-wrap; overflow-wrap: anywhere; }
.alt { display: inline-block; margin-right: 2px; padding: 0 6px; border-radius: 4px; background: var(--ink); color: var(--ground); font-size: .75rem; letter-spacing: .04em; line-height: 1.6; }
.id { margin-top: 8px !important; font-size: .8rem; font-variant-numeric: tabular-nums; }
.id a { display: inline-block; padding: 4px 0; }
.empty { padding: 18vh 32px; text-align: center; color: var(--soft); }
.empty h2 { margin: 0 0 8px; color: var(--ink); font-size: 1.5rem; }
`;
