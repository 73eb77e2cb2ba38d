/** How requests to a service may be written. A client says which by its headers; see {@link protocolFor} in protocols.ts. */
export type ProtocolName = 'query' | 'json' | 'cbor' | 'rest-json' | 'rest-xml' | 's3';

/** What the wire needs to know of one service, besides its schemas. */
export interface ServiceWire {
  readonly signingName: string;
  /** All the protocols that some client of today uses for the service: the JavaScript SDK and botocore differ. */
  readonly protocols: readonly ProtocolName[];
  /** Before the dot of `X-Amz-Target`. */
  readonly target: string;
  /** JSON protocol version of the answer's content type. */
  readonly jsonVersion: '1.0' | '1.1';
  /** Of XML answers. */
  readonly xmlNamespace: string;
  /** What status a refusal has that the model does not choose. @default 'as modelled' */
  readonly refusals: 'as modelled' | 'always 400';
  /** The SDK client's module, which exports the schemas. Loaded when the first request comes, as each takes 50 ms. */
  readonly load: () => Promise<object>;
}

type Entry = Partial<Omit<ServiceWire, 'signingName' | 'load' | 'protocols'>> &
  Pick<ServiceWire, 'load' | 'protocols'>;

/**
 * By SigV4 signing name. Versions and namespaces are those of the services' own API models
 * (https://github.com/aws/api-models-aws); the protocols are the union of what SDK v3 and botocore put on the wire.
 */
const SERVICES: Readonly<Record<string, Entry>> = {
  elasticache: {
    protocols: ['query'],
    xmlNamespace: 'http://elasticache.amazonaws.com/doc/2015-02-02/',
    load: () => import('@aws-sdk/client-elasticache'),
  },
  cloudformation: {
    protocols: ['query'],
    xmlNamespace: 'http://cloudformation.amazonaws.com/doc/2010-05-15/',
    load: () => import('@aws-sdk/client-cloudformation'),
  },
  sns: {
    protocols: ['query'],
    xmlNamespace: 'http://sns.amazonaws.com/doc/2010-03-31/',
    load: () => import('@aws-sdk/client-sns'),
  },
  sts: {
    protocols: ['query'],
    xmlNamespace: 'https://sts.amazonaws.com/doc/2011-06-15/',
    load: () => import('@aws-sdk/client-sts'),
  },
  iam: {
    protocols: ['query'],
    xmlNamespace: 'https://iam.amazonaws.com/doc/2010-05-08/',
    load: () => import('@aws-sdk/client-iam'),
  },
  monitoring: {
    protocols: ['cbor', 'json', 'query'],
    target: 'GraniteServiceVersion20100801',
    jsonVersion: '1.0',
    xmlNamespace: 'http://monitoring.amazonaws.com/doc/2010-08-01/',
    load: () => import('@aws-sdk/client-cloudwatch'),
  },
  states: {
    protocols: ['json'],
    target: 'AWSStepFunctions',
    jsonVersion: '1.0',
    load: () => import('@aws-sdk/client-sfn'),
  },
  ssm: { protocols: ['json'], target: 'AmazonSSM', load: () => import('@aws-sdk/client-ssm') },
  kms: {
    protocols: ['json'],
    target: 'TrentService',
    // Its model has 404 and 409 here and there; what comes over the wire is 400, as in
    // https://github.com/localstack/localstack/blob/main/tests/aws/services/kms/test_kms.snapshot.json
    refusals: 'always 400',
    load: () => import('@aws-sdk/client-kms'),
  },
  tagging: {
    protocols: ['json'],
    target: 'ResourceGroupsTaggingAPI_20170126',
    load: () => import('@aws-sdk/client-resource-groups-tagging-api'),
  },
  servicequotas: {
    protocols: ['json'],
    target: 'ServiceQuotasV20190624',
    load: () => import('@aws-sdk/client-service-quotas'),
  },
  events: {
    protocols: ['json'],
    target: 'AWSEvents',
    load: () => import('@aws-sdk/client-eventbridge'),
  },
  logs: {
    protocols: ['json'],
    target: 'Logs_20140328',
    load: () => import('@aws-sdk/client-cloudwatch-logs'),
  },
  chatbot: { protocols: ['rest-json'], load: () => import('./chatbot-schemas.ts') },
  scheduler: { protocols: ['rest-json'], load: () => import('@aws-sdk/client-scheduler') },
  lambda: { protocols: ['rest-json'], load: () => import('@aws-sdk/client-lambda') },
  route53: {
    protocols: ['rest-xml'],
    xmlNamespace: 'https://route53.amazonaws.com/doc/2013-04-01/',
    load: () => import('@aws-sdk/client-route-53'),
  },
  s3: {
    protocols: ['s3'],
    xmlNamespace: 'http://s3.amazonaws.com/doc/2006-03-01/',
    load: () => import('@aws-sdk/client-s3'),
  },
};

/** The service of a signing name, or undefined if the local AWS has no such front. */
export function serviceWire(signingName: string): ServiceWire | undefined {
  const entry = Object.hasOwn(SERVICES, signingName) ? SERVICES[signingName] : undefined;
  if (entry === undefined) return undefined;
  return {
    signingName,
    target: '',
    jsonVersion: '1.1',
    xmlNamespace: '',
    refusals: 'as modelled',
    ...entry,
  };
}
