import { readableSeconds } from '../../core/model/duration.ts';
import { readableInstant } from '../../core/model/instant.ts';
import { parseSlot, readableSlot } from '../../core/model/slot.ts';
import { byteText, counted, grouped } from '../terminal/figures.ts';
import { labelled } from '../terminal/page.ts';
import type { ShowOutput } from './contract.ts';

type Rows = readonly (readonly [label: string, text: string])[];

/** Everything about a recovery point, for people; what decides about using it first. */
export function showText(point: ShowOutput, now: Date): string {
  return [
    `${point.name}: ${verdictText(point)}`,
    ...labelled([...verdictRows(point), ...contentRows(point, now)]),
    '',
    ...labelled(shardRows(point)),
    '',
    ...labelled(topologyRows(point)),
    '',
    ...labelled(keepingRows(point)),
    ...point.drills.flatMap((drill, at) => labelled([[at === 0 ? 'drills' : '', drillText(drill)]])),
    ...(point.drills.length === 0 ? labelled([['drills', 'none in the kept history used it']]) : []),
    '',
    ...labelled(nextRows(point)),
  ].join('\n');
}

function verdictText({ verdict, accepted, lacks, failedDrill }: ShowOutput): string {
  if (failedDrill !== null) return `${verdict.toUpperCase()}, but it FAILED A DRILL`;
  if (lacks.length > 0) return `${verdict.toUpperCase()}, and no longer complete`;
  return accepted === null ? verdict.toUpperCase() : 'VERIFIED (accepted by a person)';
}

function verdictRows({ reasons, accepted, lacks, failedDrill }: ShowOutput): Rows {
  return [
    ...(failedDrill === null
      ? []
      : [
          [
            'drill',
            `${readableSlot(parseSlot(failedDrill.drill))}: ${failedDrill.message} (${failedDrill.code})`,
          ] as const,
        ]),
    ...lacks.map((what) => ['lacks', what] as const),
    ...reasons.map(({ code, message }) => ['because', `${message} (${code})`] as const),
    ...(accepted === null
      ? []
      : [['accepted', `by ${accepted.by}, ${instant(accepted.at)}: ${accepted.why}`] as const]),
  ];
}

function contentRows(
  { tier, tierBecause, takenAt, admittedAt, source, totals, topology, ...point }: ShowOutput,
  now: Date,
): Rows {
  const age = readableSeconds(Math.max(0, (now.getTime() - Date.parse(takenAt)) / 1000));
  const types = Object.entries(totals.byType).filter(([, keys]) => keys > 0);
  return [
    ['tier', `${tier}: ${tierBecause}; plan ${point.plan}`],
    [
      'taken',
      topology.server === undefined
        ? `${instant(takenAt)}, ${age} ago, as ${source.snapshot} in ${source.region}`
        : `${instant(takenAt)}, ${age} ago`,
    ],
    ['in the vault', `since ${instant(admittedAt)}`],
    ['keys', `${grouped(totals.keys)}, ${grouped(totals.withExpiry)} with expiry; ${byteText(totals.bytes)}`],
    ['by type', types.map(([type, keys]) => `${type} ${grouped(keys)}`).join(', ') || 'none'],
    ['folder', point.url],
  ];
}

function shardRows({ shards }: ShowOutput): Rows {
  return shards.flatMap(({ shard, url, slots, content, problem }): Rows => {
    const of = slots === null ? '' : `slots ${slots}, `;
    if (content === null)
      return [
        [`shard ${shard}`, `${of}unusable: ${problem?.message ?? 'unknown'}`],
        ['', url],
      ];
    const { bytes, keys, rdb, sha256, digest } = content;
    const wrote = `RDB ${rdb.version} of ${rdb.engine}, checksum ${rdb.crc64}`;
    return [
      [`shard ${shard}`, `${of}${counted(keys, 'key')}, ${byteText(bytes)}, ${wrote}`],
      ['', url],
      ['  SHA-256', sha256],
      ['  content', digest],
    ];
  });
}

function topologyRows({ topology }: ShowOutput): Rows {
  if (topology.server !== undefined) return serverRows(topology, topology.server);
  const { engine, engineVersion, nodeType, shards, replicas, clusterMode } = topology;
  const parameters = Object.entries(topology.parameters).map(([name, value]) => `${name}=${value}`);
  const list = (of: readonly string[]) => of.join(', ') || 'none';
  return [
    [
      'cache',
      `${engine} ${engineVersion}, ${counted(shards.length, 'shard')} with ${counted(replicas, 'replica')}, ${nodeType}`,
    ],
    [
      '',
      `cluster mode ${clusterMode ? 'on' : 'off'}, TLS ${topology.tls ? 'on' : 'off'}, auth ${topology.auth}`,
    ],
    ['parameters', `${topology.parameterGroup}; differing: ${list(parameters)}`],
    [
      'network',
      `subnet group ${topology.subnetGroup ?? 'none'}; security groups ${list(topology.securityGroups)}`,
    ],
    ['user groups', list(topology.userGroups)],
  ];
}

function serverRows(
  { engine, engineVersion, clusterMode, tls, auth }: ShowOutput['topology'],
  server: NonNullable<ShowOutput['topology']['server']>,
): Rows {
  const { hosts, databases, maxmemoryBytes, maxmemoryPolicy, modules, save, appendOnly } = server;
  const limit = maxmemoryBytes === 0 ? 'no limit' : `at most ${byteText(maxmemoryBytes)}`;
  return [
    [
      'server',
      `${engine} ${engineVersion}, saved by ${hosts.map(({ host, role }) => `${host} (${role})`).join(', ')}`,
    ],
    ['', `cluster mode ${clusterMode ? 'on' : 'off'}, TLS ${tls ? 'on' : 'off'}, auth ${auth}`],
    ['memory', `${limit}, ${maxmemoryPolicy}`],
    [
      'settings',
      `${counted(databases, 'database')}, save '${save}', append-only file ${appendOnly ? 'on' : 'off'}`,
    ],
    ['modules', modules.map(({ name, version }) => `${name} ${version}`).join(', ') || 'none'],
  ];
}

function keepingRows({
  fate,
  fateBecause,
  expiresFrom,
  releaseTag,
  held,
  lock,
  storageClass,
}: ShowOutput): Rows {
  const until = expiresFrom === null ? '' : `; S3 may expire it from ${instant(expiresFrom)}`;
  const tag = releaseTag === 'true' ? '; tagged for expiry' : '';
  return [
    [fate, `${fateBecause}${until}${tag}`],
    ...(held === null ? [] : [['held', `by ${held.by}, ${instant(held.at)}: ${held.why}`] as const]),
    ['lock', lock === null ? 'none' : `${lock.mode}, until ${instant(lock.until)}`],
    ['stored as', storageClass],
  ];
}

function drillText({ drill, verdict, proof, rtoSeconds, report }: ShowOutput['drills'][number]): string {
  const took = rtoSeconds === null ? '' : `, RTO ${readableSeconds(rtoSeconds)}`;
  return `${readableSlot(parseSlot(drill))} ${verdict} (${proof})${took} ${report}`;
}

function nextRows({ name, verdict, cache, lacks, failedDrill, lastGood }: ShowOutput): Rows {
  if (failedDrill !== null)
    return [
      ['which file', `npx redrill verify ${name}`],
      ['instead', `npx redrill restore ${cache}/latest --to <new id>`],
      ['to clear it', `npx redrill drill ${cache} --choose ${name.slice(cache.length + 1)}`],
    ];
  if (lacks.length > 0 || verdict === 'corrupt') return [['instead', `npx redrill show ${cache}/latest`]];
  if (verdict === 'suspect')
    return [
      ['if right', `npx redrill accept ${name} --why '…'`],
      [
        'if not',
        lastGood === undefined
          ? `npx redrill points ${cache}, and use an older verified one`
          : `npx redrill show ${cache}/${lastGood}, the last copy before the loss began`,
      ],
    ];
  return [
    ['prove it', `npx redrill drill ${cache} --choose ${name.slice(cache.length + 1)}`],
    ['rebuild', `npx redrill restore ${name} --to <new id>`],
    ['bring back', `npx redrill recover ${name} --into <url|cache>`],
  ];
}

const instant = (iso: string) => readableInstant(new Date(iso));
