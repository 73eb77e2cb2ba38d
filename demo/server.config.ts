import { defineConfig } from '../core/config.ts';
import config from '../redrill.config.ts';

/** A Redis server outside ElastiCache, which its own host ships. */
export const OWN_SERVER = 'events';
export const SHIPPER_ROLE = 'arn:aws:iam::111122223333:role/events-host';

/** What `npm start` deploys: the project's configuration, and a server of one's own. */
export default defineConfig({
  ...config,
  servers: { [OWN_SERVER]: { plan: 'event-log', shippers: [SHIPPER_ROLE] } },
});
