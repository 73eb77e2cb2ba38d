/**
 * One style for all pages: the system's own type, one accent for the state, colours that the colour-blind tell apart
 * (after Okabe and Ito) and that reach a contrast of 4.5 to 1 in light and dark. Nothing is loaded from anywhere.
 */
export const STYLE = `
:root {
  color-scheme: light dark;
  --ink: #1c2127; --soft: #57606a; --line: #d9dfe5; --paper: #ffffff; --panel: #f5f7f9;
  --passed: #0b6b4f; --late: #8a5800; --failed: #b3261e; --link: #0b57a4;
  --stage: #56a0d3; --create: #0b57a4; --compare: #d98a00; --between: #98a2ad; --track: #e7ebef; --on-create: #ffffff;
}
@media (prefers-color-scheme: dark) {
  :root {
    --ink: #e7eaee; --soft: #a7b0bb; --line: #303841; --paper: #0f1317; --panel: #171d23;
    --passed: #55c799; --late: #e6b84c; --failed: #ff8f85; --link: #7fb8f0;
    --stage: #7cc0ee; --create: #3d86cf; --compare: #eda93b; --between: #6d7782; --track: #242c34; --on-create: #10151a;
  }
}
* { box-sizing: border-box; }
html { -webkit-text-size-adjust: 100%; }
body { margin: 0; background: var(--paper); color: var(--ink); font: 1rem/1.55 system-ui, -apple-system, 'Segoe UI', Roboto, 'Helvetica Neue', Arial, sans-serif; font-variant-numeric: tabular-nums; overflow-wrap: anywhere; }
main { max-width: 58rem; margin: 0 auto; padding: 2.5rem 1.5rem 4rem; }
h1 { font-size: 1.6rem; line-height: 1.35; font-weight: 600; letter-spacing: -0.01em; margin: .5rem 0 0; text-wrap: pretty; }
h2 { font-size: 1.1rem; font-weight: 600; margin: 0 0 .75rem; }
h3 { font-size: .9rem; font-weight: 600; margin: 0; }
p { margin: 0 0 .75rem; max-width: 44rem; }
a { color: var(--link); text-underline-offset: .15em; }
section { margin-top: 2.75rem; }
code, .code { font-family: ui-monospace, 'SF Mono', Menlo, Consolas, 'Liberation Mono', monospace; font-size: .84em; }
.kicker { color: var(--soft); font-size: .9rem; margin: 0 0 1.25rem; }
.kicker b { color: var(--ink); font-weight: 600; }
.verdict { border-left: .3rem solid var(--state); padding: .1rem 0 .1rem 1.25rem; }
.state { color: var(--state); font-weight: 650; margin: 0; }
.passed { --state: var(--passed); } .late { --state: var(--late); } .failed { --state: var(--failed); } .pending { --state: var(--soft); }
.why { margin: .75rem 0 0; padding: 0; list-style: none; max-width: 44rem; }
.why li + li { margin-top: .4rem; }
.figures { display: grid; grid-template-columns: repeat(auto-fit, minmax(9.5rem, 1fr)); gap: 1.25rem 1.5rem; margin: 1.75rem 0 0; padding: 1.1rem 1.25rem; background: var(--panel); border-radius: .5rem; }
.figures > div { display: flex; flex-direction: column; }
.figures dt { color: var(--soft); font-size: .82rem; }
.figures dd { margin: 0; font-size: 1.35rem; font-weight: 600; line-height: 1.3; }
.figures dd.note { font-size: .82rem; font-weight: 400; color: var(--soft); line-height: 1.45; }
.figures .missed { color: var(--state); }
.facts { display: grid; grid-template-columns: fit-content(14rem) minmax(0, 1fr); gap: .4rem 1.75rem; margin: 0; }
.facts dt { color: var(--soft); }
.facts dd { margin: 0; min-width: 0; }
.scroll { overflow-x: auto; }
.scroll:focus-visible { outline: 2px solid var(--link); outline-offset: 2px; }
table { border-collapse: collapse; width: 100%; font-size: .92rem; }
caption { text-align: left; color: var(--soft); font-size: .85rem; padding-bottom: .4rem; }
th, td { text-align: left; vertical-align: top; padding: .45rem 1.25rem .45rem 0; border-bottom: 1px solid var(--line); }
th { font-weight: 500; color: var(--soft); }
tbody th { color: var(--ink); }
.number { text-align: right; white-space: nowrap; }
th:last-child, td:last-child { padding-right: 0; }
tfoot td, tfoot th { border-bottom: 0; font-weight: 600; color: var(--ink); }
.narrow { width: auto; min-width: min(26rem, 100%); }
table + p { margin-top: .75rem; } svg + table { margin-top: 1rem; } .soft { color: var(--soft); }
.small { font-size: .87rem; }
.nowrap, time { white-space: nowrap; }
ul.plain { margin: 0; padding-left: 1.1rem; max-width: 44rem; }
ul.plain li + li { margin-top: .35rem; }
svg { display: block; width: 100%; overflow: visible; }
svg text { font: 500 12px/1 system-ui, -apple-system, 'Segoe UI', Roboto, Arial, sans-serif; fill: var(--soft); font-variant-numeric: tabular-nums; }
svg .inside { fill: #10151a; font-weight: 650; } svg .inside.on-create { fill: var(--on-create); }
.stage { fill: var(--stage); } .create { fill: var(--create); } .compare { fill: var(--compare); } .between { fill: var(--between); } .track { fill: var(--track); }
.target { stroke: var(--ink); stroke-width: 1.5; stroke-dasharray: 4 3; } svg text.at-target { fill: var(--ink); }
.grid { stroke: var(--line); stroke-width: 1; } .thread { stroke: var(--soft); stroke-width: 1.25; opacity: .55; }
.dot { fill: var(--passed); stroke: var(--paper); stroke-width: 1.5; } .cross { stroke: var(--failed); stroke-width: 2.25; fill: none; }
.swatch { display: inline-block; width: .8rem; height: .8rem; vertical-align: -.06rem; margin-right: .55rem; }
.plots { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(19rem, 100%), 1fr)); gap: 1.75rem 2.5rem; }
figure { margin: 0; display: grid; grid-template-rows: subgrid; grid-row: span 3; row-gap: .1rem; } figcaption { font-size: .85rem; color: var(--soft); margin-bottom: .8rem; }
details { margin-top: 1.25rem; } summary { cursor: pointer; color: var(--link); font-size: .92rem; } details[open] summary { margin-bottom: .75rem; }
footer { margin-top: 3rem; padding-top: 1rem; border-top: 1px solid var(--line); color: var(--soft); font-size: .85rem; }
footer p { max-width: none; margin: 0; }
.problems { margin: 0; padding: 0; list-style: none; } .problems li + li { margin-top: .3rem; }
@media (min-width: 40.01rem) {
  .stack { table-layout: fixed; overflow-wrap: break-word; }
  .differences th:nth-child(1) { width: 18%; } .differences th:nth-child(2) { width: 22%; } .differences th:nth-child(3) { width: 25%; }
}
@media (max-width: 40rem) {
  main { padding: 1.5rem 1rem 3rem; }
  h1 { font-size: 1.25rem; }
  .kicker { margin-bottom: .9rem; }
  .verdict { padding-left: .9rem; }
  .figures { grid-template-columns: 1fr 1fr; gap: .9rem 1rem; padding: .9rem 1rem; margin-top: 1.25rem; }
  .figures dd { font-size: 1.15rem; }
  .facts { grid-template-columns: 1fr; gap: 0; } .facts dd { margin-bottom: .6rem; }
  section { margin-top: 2.25rem; }
  .stack, .stack tbody, .stack tr, .stack td, .stack tbody th { display: block; }
  .stack thead { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); }
  .stack tr { padding: .75rem 0; border-bottom: 1px solid var(--line); }
  .stack td, .stack tbody th { border: 0; padding: .15rem 0; text-align: left; white-space: normal; }
  .stack td[data-label]::before { content: attr(data-label); display: block; color: var(--soft); font-size: .82rem; }
}
@media print {
  :root { color-scheme: light; --ink: #000; --soft: #444; --line: #bbb; --paper: #fff; --panel: #fff; --passed: #0b6b4f; --late: #7a4d00; --failed: #a31515; --link: #000; --track: #e7ebef; --stage: #56a0d3; --create: #0b57a4; --compare: #d98a00; --between: #98a2ad; --on-create: #fff; }
  @page { margin: 16mm; }
  body { font-size: 10pt; } main { max-width: none; padding: 0; }
  .figures { border: 1px solid var(--line); } section { margin-top: 1.5rem; }
  h2 { break-after: avoid; } tr, figure, .figures, .verdict { break-inside: avoid; }
  a { text-decoration: none; }
  details::details-content { content-visibility: visible; display: block; } summary { list-style: none; }
}
`;
