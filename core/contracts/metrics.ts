/** Metrics, written as embedded metric format to the Lambdas' logs. */
export const METRICS = {
  namespace: 'Redrill',
  /** Per cache: age of the newest verified recovery point over its RPO; above 1 the objective is missed. */
  rpoUsed: 'RpoUsed',
  /** Protected caches whose newest verified recovery point is older than RPO and grace. */
  cachesOutsideRpo: 'CachesOutsideRpo',
  protectedCaches: 'ProtectedCaches',
  exportsWaiting: 'ExportsWaiting',
  heartbeats: 'Heartbeats',
  /** Pings that the dead man's switch did not take. */
  heartbeatsFailed: 'HeartbeatsFailed',
  /** Alerts and events that one of the topics or the event bus did not take. */
  channelFailures: 'ChannelFailures',
  recoveryPoints: 'RecoveryPoints',
  drillRtoSeconds: 'DrillRtoSeconds',
  drillsFailed: 'DrillsFailed',
  /** Settings that are not as they were synthesised, or cannot be read. */
  settingsDrifted: 'SettingsDrifted',
} as const;
