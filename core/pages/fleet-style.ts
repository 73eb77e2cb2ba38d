/** What the page of all caches has beside the style of all pages. Contrasts and colours are chosen as there. */
export const FLEET_STYLE = `
:root { --suspect: #93397c; } @media (prefers-color-scheme: dark) { :root { --suspect: #e090c6; } }
main { max-width: 80rem; }
.fleet { table-layout: fixed; overflow-wrap: break-word; }
.fleet td, .fleet tbody th { padding-top: .9rem; padding-bottom: .9rem; }
.fleet tbody th { font-weight: 600; } .fleet .cell-note { display: block; color: var(--soft); font-size: .84rem; font-weight: 400; }
.fleet tr[hidden] { display: none; }
.meter { height: 6px; margin-top: .35rem; } .meter .used { fill: var(--create); } .meter .over { fill: var(--failed); }
.badge { display: inline-block; margin-top: .35rem; padding: 0 .55rem; border: 1px solid var(--state); border-radius: 1rem; color: var(--state); font-size: .8rem; font-weight: 600; }
.stale-note { display: none; margin: 1.25rem 0 0; padding: .6rem 1rem; border: 1px solid var(--failed); border-radius: .5rem; max-width: none; } .stale .stale-note { display: block; }
.filters { display: none; flex-wrap: wrap; gap: .6rem 1rem; align-items: end; margin-bottom: 1rem; } .filtering .filters { display: flex; }
.filters label { display: flex; flex-direction: column; max-width: 100%; font-size: .82rem; color: var(--soft); }
.filters input, .filters select { font: inherit; font-size: 1rem; min-height: 2.4rem; padding: .25rem .6rem; color: var(--ink); background-color: var(--paper); border: 1px solid var(--soft); border-radius: .35rem; max-width: 100%; min-width: 0; text-overflow: ellipsis; }
.filters option { color: var(--ink); background-color: var(--paper); }
.filters input:focus-visible, .filters select:focus-visible { outline: 2px solid var(--link); outline-offset: 1px; }
.filters p { margin: 0; padding-bottom: .5rem; color: var(--soft); font-size: .9rem; }
.legend { display: flex; flex-wrap: wrap; gap: .2rem 1.25rem; margin: 0 0 .75rem; padding: 0; list-style: none; font-size: .82rem; color: var(--soft); }
.days { width: auto; max-width: 100%; shape-rendering: crispEdges; } .days path { fill: none; stroke-dasharray: 4 1; stroke-width: 6; }
.key { display: inline-block; vertical-align: -.15rem; margin-right: .45rem; }
.days .day-verified { stroke: var(--passed); stroke-width: 16; } .days .day-late { stroke: var(--late); stroke-width: 11; } .days .day-suspect { stroke: var(--suspect); stroke-width: 7; }
.days .day-missing { stroke: var(--failed); stroke-width: 3; } .days .day-not-due { stroke: var(--between); stroke-width: 1; }
.drill-passed { stroke: var(--create); } .drill-late { stroke: var(--late); } .drill-failed { stroke: var(--failed); }
.history { margin-top: .45rem; } .history path { fill: none; vector-effect: non-scaling-stroke; } .history .line { stroke: var(--create); stroke-width: 1.5; } .history .target { stroke: var(--soft); stroke-width: 1; }
@media (min-width: 60.01rem) {
  .fleet th:nth-child(1) { width: 17%; } .fleet th:nth-child(2) { width: 320px; } .fleet th:nth-child(3) { width: 21%; } .fleet th:nth-child(5) { width: 16%; }
}
@media (max-width: 60rem) {
  .fleet, .fleet tbody, .fleet tr, .fleet td, .fleet tbody th { display: block; }
  .fleet thead { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); }
  .fleet tr { padding: .75rem 0; border-bottom: 1px solid var(--line); }
  .fleet td, .fleet tbody th { border: 0; padding: .2rem 0; }
  .fleet td[data-label]::before { content: attr(data-label); display: block; color: var(--soft); font-size: .82rem; }
  .meter, .history { max-width: 300px; }
}
`;
