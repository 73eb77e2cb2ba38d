import * as z from 'zod';
import { LINEAGE_FORM } from '../model/lineage.ts';

/** Which of the caches that had this name, one after the other: as ElastiCache describes the replication group or the cluster. */
export const lineage = z.object({ arn: z.string(), createdAt: z.iso.datetime() });
export type Lineage = z.output<typeof lineage>;

/** See core/model/lineage.ts. */
export const lineageId = z.string().regex(LINEAGE_FORM);
