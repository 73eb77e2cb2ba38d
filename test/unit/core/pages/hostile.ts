import { DAY_STATES } from '../../../../core/contracts/fleet.ts';

/** What somebody could try to get into a page through a name or an error message. */
export const ATTACK = `"'><script>document.title='owned'</script><img src=x onerror="document.title='owned'">&amp;\u202E`;

/** Times and slots have one form, which their contracts hold; the rest are texts. */
const FIXED = /^(?:\d{8}T\d{6}Z|\d{4}-\d\d-\d\d(?:T.*Z)?)$/;
/** Words that decide what a page shows. */
const WORDS = new Set<string>([
  ...['passed', 'failed', 'proven', 'differs', 'nothing', 'RestoreDiffers', 'RtoMissed'],
  ...DAY_STATES,
]);

/** The same with an attack in every text that it has. */
export function hostile<Value>(value: Value): Value {
  return attacked(value) as Value;
}

function attacked(value: unknown): unknown {
  if (typeof value === 'string') return FIXED.test(value) || WORDS.has(value) ? value : `${value}${ATTACK}`;
  if (Array.isArray(value)) return value.map(attacked);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, attacked(each)]));
}
