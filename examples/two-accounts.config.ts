import { defineConfig, presets } from 'redrill/config';

/**
 * The vault in an account of its own: whoever takes over the source account cannot reach the copies. Deploy each stack
 * with its own account's credentials: `npx cdk deploy redrill-source`, then `npx cdk deploy redrill-vault`.
 */
export default defineConfig({
  account: '111122223333',
  source: { region: 'us-east-1' },
  vault: {
    region: 'us-west-2',
    account: '444455556666',
    lock: { mode: 'compliance', days: 2 },
  },
  plans: { 'event-log': presets.eventLog },
  caches: { audit: 'event-log' },
  alerts: { emails: ['on-call@example.com'] },
});
