import type { PageScript } from './page-script.ts';

/**
 * Filters the table of caches, and says when the page is out of date. It needs nothing but the page, and without it the page shows
 * every cache. Its elements are shown by a class of the document, so that what is filtered is the page as it was written.
 */
const TEXT = `(() => {
  const root = document.documentElement;
  if (Date.now() - Date.parse(document.querySelector('[data-stale-after]')?.dataset.staleAfter) > 0) root.classList.add('stale');
  const controls = ['text', 'plan', 'state'].map((name) => document.getElementById('filter-' + name));
  if (controls.includes(null)) return;
  const [text, plan, state] = controls;
  const shown = document.getElementById('filter-shown');
  const rows = [...document.querySelectorAll('.fleet tbody tr')];
  root.classList.add('filtering');
  const apply = () => {
    const words = text.value.trim().toLowerCase().split(/\\s+/);
    let count = 0;
    for (const row of rows) {
      const { cache, plan: named, state: states } = row.dataset;
      const fits = words.every((word) => cache.toLowerCase().includes(word)) && (plan.value === '' || plan.value === named) && (state.value === '' || states.split(' ').includes(state.value));
      row.hidden = !fits;
      if (fits) count += 1;
    }
    shown.textContent = count === rows.length ? '' : count.toLocaleString('en-GB') + ' of ' + rows.length.toLocaleString('en-GB') + ' shown';
  };
  for (const control of controls) control.addEventListener('input', apply);
  apply();
})();`;

export const FLEET_SCRIPT: PageScript = {
  text: TEXT,
  sha256: 'Z2PIQfJSH8IKizhRR6bkRn0clMDsvfK/z3nXC9Is3Nc=',
};
