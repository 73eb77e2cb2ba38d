/** The description of a drill's cluster. It names the cache in every state, as the cluster's tags do not. */
export function drillDescriptionOf(cache: string, slot: string): string {
  return `Redrill drill of ${cache}, recovery point ${slot}`;
}

/** The cache whose drill a description names; undefined if it is no drill's. */
export function cacheOfDrillDescription(description: string): string | undefined {
  return /^Redrill drill of (\S+), recovery point /.exec(description)?.[1];
}
