import type { Mutation } from './mutation.ts';

/** Bugs in what people are told. */
export const NOTICE_BUGS: readonly Mutation[] = [
  {
    name: 'no alarm on aborted executions',
    under: ['executions aborted'],
    file: 'lib/watch/alarms.ts',
    find: "      'timed-out': awsStateMachine.metricTimedOut,\n      aborted: awsStateMachine.metricAborted,",
    replace: "      'timed-out': awsStateMachine.metricTimedOut,",
  },
  {
    name: 'the protected set shrinks with the tag',
    under: ['tag lost', 'deleted and made again'],
    file: 'core/watch/assess-rpo.ts',
    find: '    const since =\n      newest === undefined',
    replace:
      '    if (entry !== undefined && config.caches[cache] === undefined && now.getTime() - (newest === undefined ? 0 : instantOf(newest.slot).getTime()) > 90_000_000) return [];\n    const since =\n      newest === undefined',
  },
  {
    name: 'suspect points count as fresh',
    under: ['FLUSHALL', 'shrunk'],
    file: 'core/watch/assess-rpo.ts',
    find: "const newest = entry?.recent.find(({ verdict }) => verdict === 'verified');",
    replace: "const newest = entry?.recent.find(({ verdict }) => verdict !== 'corrupt');",
  },
  {
    name: 'too old a grace',
    under: ['data tiering', 'deleted and made again'],
    file: 'core/model/periods.ts',
    find: 'export const RPO_GRACE_SECONDS = 15 * MINUTE_SECONDS;',
    replace: 'export const RPO_GRACE_SECONDS = 150 * MINUTE_SECONDS;',
  },
  {
    name: 'heartbeat before verification',
    file: 'core/watch/compose-heartbeat.ts',
    find: 'return fleet.length > 0 && fleet.every(({ newest }) => newest !== undefined) ?',
    replace: 'return fleet.length > 0 ?',
  },
  {
    name: 'alerts told every watch',
    under: ['data tiering', 'deleted and made again'],
    file: 'core/alerts/plan-notices.ts',
    find: 'page: HOUR_MS,',
    replace: 'page: 900_000,',
  },
  {
    name: 'claims on messages are ignored',
    under: ['delivered again', 'backups unscheduled'],
    days: 60,
    file: 'core/alerts/plan-notices.ts',
    find: 'return claim.by !== id && ',
    replace: 'return claim.by === "nobody" && id !== "" && ',
  },
  {
    name: 'never told that it is over',
    under: ['deleted and made again'],
    file: 'core/alerts/plan-notices.ts',
    find: 'if (alert === undefined) return undefined;',
    replace: 'if (alert?.code === "RpoMissedResolved") return undefined;',
  },
  {
    name: 'the alert is swallowed',
    under: ['file flipped', 'data tiering'],
    file: 'lambdas/raise-alert.ts',
    find: 'await alerts.publish(alert);',
    replace: 'if (alert.severity !== "page") await alerts.publish(alert);',
  },
  {
    name: 'one refused alert repeats the others',
    under: ['backups unscheduled', 'alerts throttled'],
    file: 'watch/publish-all.ts',
    find: '      (refusal: unknown) => [fault, refusal] as const,\n',
    replace: '',
  },
  {
    name: 'backups fail without an alert',
    under: ['data tiering', 'snapshot failed'],
    file: 'lib/backup/definition.ts',
    find: 'return alert;\n}\n\n/** The export is sealed',
    replace: 'return fail;\n}\n\n/** The export is sealed',
  },
  {
    name: 'nothing but a missed RPO is ever said to be over',
    under: ['tag lost', 'deleted and made again'],
    file: 'core/alerts/plan-notices.ts',
    find: '{ endOf = namedEnd, lookedFor',
    replace: '{ endOf = () => undefined, lookedFor',
  },
];
