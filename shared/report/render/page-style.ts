/** The page's whole style sheet. All colours are variables with a light and a dark value. */
export const STYLE = `
:root {
  color-scheme: light dark;
  --page: #f6f7f9; --card: #fff; --ink: #16202c; --soft: #55606e; --line: #d9dee5; --grid: #e8ebf0;
  --accent: #1f6fc4; --good: #14713f; --warn: #9a4a00; --warn-page: #fff4e5; --alarm: #c0281c;
  --c0: #2a78d6; --c1: #e8702a; --c2: #1a9e77; --c3: #c2478e; --c4: #6a5acd; --rest: #a3acb8;
}
@media (prefers-color-scheme: dark) {
  :root {
    --page: #0f151c; --card: #18202a; --ink: #e8edf3; --soft: #a3afbd; --line: #2f3b48; --grid: #243039;
    --accent: #6cb0f5; --good: #5ecf95; --warn: #ffb866; --warn-page: #2b2416; --alarm: #ff7b6e;
    --c0: #4d96e8; --c1: #f08c4e; --c2: #35b890; --c3: #da6bab; --c4: #9285ec; --rest: #66717f;
  }
}
* { box-sizing: border-box; }
html { -webkit-text-size-adjust: 100%; text-size-adjust: 100%; }
body {
  margin: 0; background: var(--page); color: var(--ink);
  font: 15px/1.5 system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", Arial, sans-serif;
}
.skip { position: absolute; left: -999px; }
.skip:focus { left: 1rem; top: 1rem; background: var(--card); padding: .5rem 1rem; z-index: 1; }
header, main, footer { max-width: 66rem; margin: 0 auto; padding: 0 1.25rem; }
header { padding-top: 2rem; }
h1 { font-size: 1.75rem; line-height: 1.25; margin: .25rem 0 .5rem; font-weight: 650; overflow-wrap: anywhere; }
h2 { font-size: 1.15rem; margin: 0 0 .25rem; font-weight: 650; }
h3 { font-size: 1rem; margin: 1.5rem 0 .25rem; font-weight: 650; }
p { margin: .25rem 0 .75rem; }
.lead, .note, .unit { color: var(--soft); }
.note { font-size: .875rem; }
.lead, .fix, .legend li, .lost { overflow-wrap: anywhere; }
a { color: var(--accent); }
nav ul { display: flex; flex-wrap: wrap; gap: .25rem 1rem; padding: 0; margin: 1rem 0 0; list-style: none; font-size: .875rem; }
section, .facts > div, .fix { background: var(--card); border: 1px solid var(--line); border-radius: .6rem; }
section { padding: 1.1rem 1.25rem 1.25rem; margin: 1rem 0; }
.facts { display: grid; grid-template-columns: repeat(auto-fit, minmax(9.5rem, 1fr)); gap: .75rem; margin: 1.25rem 0 0; }
.facts > div { padding: .75rem 1rem; }
dt { color: var(--soft); font-size: .8125rem; }
dd { margin: 0; }
.facts dd:first-of-type { font-size: 1.5rem; font-weight: 650; line-height: 1.3; font-variant-numeric: tabular-nums; }
.facts dd + dd { color: var(--soft); font-size: .8125rem; }
.fixes { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(24rem, 100%), 1fr)); gap: .75rem; margin-top: .5rem; }
.fix { border-left: .3rem solid var(--good); padding: .75rem 1rem .9rem; min-width: 0; }
.fix strong { color: var(--good); }
.fix h3 { margin: 0 0 .25rem; }
.settled { border-left-color: var(--line); color: var(--soft); }
small { color: var(--soft); font-size: .8125rem; }
code { font: .8125rem/1.5 ui-monospace, SFMono-Regular, Menlo, Consolas, monospace; }
.command { display: block; user-select: all; overflow-wrap: anywhere; background: var(--page); border: 1px solid var(--line); border-radius: .35rem; padding: .4rem .6rem; margin-top: .25rem; }
.lost { background: var(--warn-page); border-left: .3rem solid var(--warn); padding: .6rem .9rem; border-radius: .35rem; }
summary:focus-visible, a:focus-visible { outline: 2px solid var(--accent); outline-offset: 2px; }
table { border-collapse: collapse; width: 100%; font-size: .875rem; font-variant-numeric: tabular-nums; margin-top: .5rem; }
caption { text-align: left; color: var(--soft); font-size: .93em; padding-bottom: .25rem; }
.fixes + .note, .facts + .note { margin: .75rem 0 0; }
th, td { padding: .35rem 0 .35rem .75rem; text-align: right; vertical-align: top; border-bottom: 1px solid var(--grid); white-space: nowrap; }
.name, .text { text-align: left; white-space: normal; overflow-wrap: anywhere; }
.name { padding-left: 0; }
thead th { color: var(--soft); font-weight: 550; font-size: .93em; border-bottom-color: var(--line); }
tbody th { font-weight: 550; }
tfoot th, tfoot td { font-weight: 600; border-bottom: 0; }
.address { display: block; color: var(--soft); font-size: .93em; font-weight: 400; }
.swatch { width: .7rem; height: .7rem; margin-right: .4rem; }
td.share { width: 12rem; }
.share span { display: inline-block; min-width: 4.1rem; }
.bar { width: 6rem; height: .65rem; vertical-align: -.02rem; }
.bar rect { fill: var(--grid); }
.rest th, .rest td { color: var(--soft); font-weight: 400; }
.addresses { list-style: none; margin: .25rem 0 0; padding: 0; font-weight: 400; }
.addresses li { display: flex; justify-content: space-between; gap: 1rem; max-width: 24rem; color: var(--soft); }
.files { font-size: .8125rem; margin: .5rem 0 0; }
figure { margin: .75rem 0 0; }
figcaption { font-size: .8125rem; color: var(--soft); margin-bottom: .25rem; }
figcaption strong { color: var(--ink); overflow-wrap: anywhere; }
.gateways { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(22rem, 100%), 1fr)); gap: 0 1.5rem; }
.chart { display: block; width: 100%; height: auto; font-size: 12px; }
.chart text { fill: var(--ink); }
.chart .soft, .chart .tick text { fill: var(--soft); }
.phone { display: none; }
.grid { stroke: var(--grid); }
.axis { stroke: var(--line); }
.c0 { --own: var(--c0); } .c1 { --own: var(--c1); } .c2 { --own: var(--c2); } .c3 { --own: var(--c3); } .c4 { --own: var(--c4); } .rest-colour { --own: var(--rest); }
.area { fill: var(--own); stroke: var(--card); stroke-width: .6; }
.legend rect, .swatch rect, .bar rect + rect, .node { fill: var(--own, var(--soft)); }
.threshold { stroke: var(--alarm); stroke-width: 1.5; stroke-dasharray: 6 4; }
.chart .threshold-label { fill: var(--alarm); }
.metered { fill: none; stroke: var(--ink); stroke-width: 1.25; }
.peak { fill: none; stroke: var(--alarm); stroke-width: 1.5; }
.moment { stroke: var(--ink); stroke-width: 1; }
.hatching { stroke: var(--line); stroke-dasharray: 1.5 3.5; }
.hit { fill: transparent; }
.hit:hover { fill: var(--ink); fill-opacity: .08; }
.band { fill: none; stroke: var(--own); stroke-opacity: .45; }
.band:hover { stroke-opacity: .75; }
.legend { display: flex; flex-wrap: wrap; gap: .25rem 1.1rem; padding: 0; margin: .5rem 0 0; list-style: none; font-size: .8125rem; }
.legend svg { width: .8rem; height: .8rem; margin-right: .35rem; vertical-align: -.08rem; }
.legend .line { width: 1.6rem; }
th details { font-size: .93em; font-weight: 400; }
summary { cursor: pointer; color: var(--accent); }
section > details > summary { font-size: .875rem; margin-top: .75rem; }
.whole, html:not(.scripted) .with-script, tr[hidden], table.none { display: none; }
.filtered .whole { display: block; }
button.pick, .sort, .more, .copy, .clear, .remove { font: inherit; letter-spacing: inherit; color: inherit; background: none; border: 0; padding: 0; margin: 0; text-align: inherit; cursor: pointer; overflow-wrap: anywhere; }
button.pick { text-decoration: underline dotted var(--soft); text-underline-offset: .2em; }
button.pick:hover, .sort:hover { color: var(--accent); text-decoration: underline; }
button.picked { color: var(--accent); text-decoration: underline; }
.scripted .chart [data-pick] { cursor: pointer; }
.hit.picked { fill: var(--ink); fill-opacity: .06; }
button:focus-visible, input:focus-visible { outline: 2px solid var(--accent); outline-offset: 2px; border-radius: .15rem; }
[aria-sort] .sort { color: var(--ink); }
[aria-sort=descending] .sort::after { content: ' ↓'; }
[aria-sort=ascending] .sort::after { content: ' ↑'; }
.more, .copy, .clear { color: var(--accent); font-size: .8125rem; margin-top: .4rem; }
.filters { position: sticky; top: 0; z-index: 1; display: flex; flex-wrap: wrap; align-items: center; gap: .4rem .75rem; max-width: 66rem; margin: 1rem auto 0; padding: .5rem 1.25rem; background: var(--page); border-bottom: 1px solid var(--line); }
.search { font: inherit; font-size: .875rem; color: var(--ink); background: var(--card); border: 1px solid var(--line); border-radius: .35rem; padding: .25rem .6rem; width: 14rem; }
.search::placeholder { color: var(--soft); opacity: 1; }
.chips { display: flex; flex-wrap: wrap; gap: .35rem; list-style: none; margin: 0; padding: 0; }
.chip { display: flex; align-items: center; gap: .4rem; font-size: .8125rem; background: var(--card); border: 1px solid var(--accent); border-radius: 1rem; padding: .1rem .3rem .1rem .7rem; overflow-wrap: anywhere; }
.remove { width: 1.35rem; height: 1.35rem; line-height: 1.2; text-align: center; border-radius: 50%; font-size: 1rem; flex: none; }
.remove:hover { background: var(--grid); }
.clear { margin: 0; }
.status { margin: 0; font-size: .8125rem; color: var(--soft); }
.filtered .status { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); }
.scripted section { scroll-margin-top: 4rem; }
.tip { position: fixed; z-index: 2; max-width: 24rem; white-space: pre-line; pointer-events: none; font-size: .8125rem; background: var(--ink); color: var(--page); border-radius: .35rem; padding: .35rem .6rem; overflow-wrap: anywhere; }
.other-times { fill: var(--grid); }
.legend .other-times { fill: var(--line); }
footer { color: var(--soft); font-size: .8125rem; padding-bottom: 2rem; }
@media screen and (max-width: 44rem) {
  .desk { display: none; }
  .phone { display: block; }
  header, main, footer { padding: 0 .9rem; }
  header { padding-top: 1.25rem; }
  h1 { font-size: 1.4rem; }
  section { padding: .9rem .9rem 1rem; }
  .facts { grid-template-columns: 1fr 1fr; gap: .5rem; }
  .facts > div { padding: .6rem .75rem; }
  .facts dd:first-of-type { font-size: 1.25rem; }
  table, caption, tbody, tfoot, thead { display: block; }
  thead { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); }
  tr { display: grid; grid-template-columns: 1fr auto; gap: .1rem .75rem; padding: .5rem 0; border-bottom: 1px solid var(--grid); }
  th, td { display: block; padding: 0; border: 0; }
  .name { grid-area: 1 / 1; }
  .money { grid-area: 1 / 2; font-weight: 650; }
  .share, td.share { grid-area: 2 / 1; width: auto; text-align: left; }
  .bytes { grid-area: 2 / 2; }
  .bytes::after { content: ' ' attr(data-unit); }
  .text, .number { grid-column: 1 / -1; text-align: left; color: var(--soft); }
  .text::before, .number::before { content: attr(data-head) ': '; }
  .text:empty { display: none; }
  .filters { padding: .5rem .9rem; max-height: 35vh; overflow: auto; }
  .search { width: 100%; font-size: 1rem; }
  .scripted thead { position: static; width: auto; height: auto; clip-path: none; }
  .scripted thead tr { display: flex; flex-wrap: wrap; gap: .1rem 1rem; padding: .2rem 0; font-size: .93em; }
  .scripted thead th { padding: 0; }
  .share .bar { display: inline-block; width: 8rem; margin-right: .5rem; }
}
@page { size: A4; margin: 14mm; }
@media print {
  :root {
    color-scheme: light;
    --page: #fff; --card: #fff; --ink: #111; --soft: #4a4f57; --line: #c8cdd4; --grid: #e4e7ec;
    --accent: #111; --good: #14713f; --warn: #9a4a00; --warn-page: #fff; --alarm: #c0281c;
    --c0: #2a78d6; --c1: #e8702a; --c2: #1a9e77; --c3: #c2478e; --c4: #6a5acd; --rest: #a3acb8;
  }
  * { print-color-adjust: exact; -webkit-print-color-adjust: exact; }
  body { font-size: 10pt; }
  header, main, footer { max-width: none; padding: 0; }
  nav, .skip, .files, section > details, .search, .clear, .status, .more, .copy, .remove, .tip { display: none; }
  .filters { position: static; border: 0; padding: 0; }
  button.pick { text-decoration: none; }
  section { border: 0; border-top: 1px solid var(--line); border-radius: 0; padding: .75rem 0 0; margin: .9rem 0 0; }
  .facts { grid-template-columns: repeat(4, 1fr); }
  .facts dd:first-of-type { font-size: 1.15rem; }
  figure, tr, li, .fix, .facts { break-inside: avoid; }
  tfoot { display: table-row-group; }
  h2, h3 { break-after: avoid; }
  h1 { font-size: 1.35rem; }
  table, code { font-size: 8.5pt; }
  th, td { padding: .2rem 0 .2rem .5rem; }
  td.share { width: 8rem; }
  .bar { width: 4rem; }
}
`;
