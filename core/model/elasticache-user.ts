/**
 * ElastiCache as a canonical user, whom ACLs of S3 name, in the regions that are enabled by default; the others have none.
 * https://docs.aws.amazon.com/AmazonElastiCache/latest/dg/backups-seeding-redis.html (checked 2026-11-23)
 */
const ELASTICACHE_USER = '540804c33a284a299d2547575ce1010f2312ef3da9b3a053c8bc45bf233e4353';

/** What a copy from which ElastiCache makes a cluster needs, beside what the bucket's policy allows. */
export function seedReader(seedGrant: 'policy' | 'acl'): { readonly readableBy?: string } {
  return seedGrant === 'acl' ? { readableBy: ELASTICACHE_USER } : {};
}
