import {
  createHash,
  generateKeyPairSync,
  type KeyObject,
  randomBytes,
  sign,
  X509Certificate,
} from 'node:crypto';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import {
  bitString,
  integer,
  octets,
  oid,
  primitive,
  sequence,
  set,
  tagged,
  time,
  truth,
  utf8,
} from './der.ts';

/**
 * What TLS rests on here: a certificate authority of this machine's own, and one certificate for 127.0.0.1, localhost and
 * the hosts of the local internet (`*.redrill.test`) that every server shows. Clients trust it through `caFile` (`NODE_EXTRA_CA_CERTS`), as they trust Amazon's
 * public authority for ElastiCache: https://docs.aws.amazon.com/AmazonElastiCache/latest/dg/in-transit-encryption.html
 */
export interface TlsFiles {
  readonly caFile: string;
  readonly certificateFile: string;
  readonly keyFile: string;
  /** The authority's certificate, PEM. */
  readonly ca: string;
}

const DAY_MS = 86_400_000;
const VALID_DAYS = 3_650;
const ECDSA_WITH_SHA256 = sequence(oid('1.2.840.10045.4.3.2'));
const COMMON_NAME = oid('2.5.4.3');
/** Numbers in a GeneralName: a DNS name, an IP address (RFC 5280 §4.2.1.6). */
const DNS_NAME = 2;
const IP_ADDRESS = 7;

interface Identity {
  readonly name: string;
  readonly key: KeyObject;
}

/** The TLS files in this folder; made once, and again when they have expired. */
export async function tlsFiles(folder: string): Promise<TlsFiles> {
  const files = {
    caFile: join(folder, 'ca.pem'),
    certificateFile: join(folder, 'node.pem'),
    keyFile: join(folder, 'node.key'),
  };
  const kept = await readKept(files.caFile, files.certificateFile);
  if (kept !== undefined) return { ...files, ca: kept };
  await mkdir(folder, { recursive: true });
  const made = makeCertificates();
  await writeFile(files.keyFile, made.key, { mode: 0o600 });
  await writeFile(files.certificateFile, made.certificate);
  // The authority is written last: a run that is cut short leaves a folder that is made again.
  await writeFile(files.caFile, made.ca);
  return { ...files, ca: made.ca };
}

async function readKept(caFile: string, certificateFile: string): Promise<string | undefined> {
  try {
    const ca = await readFile(caFile, 'utf8');
    const node = new X509Certificate(await readFile(certificateFile));
    const expires = Date.parse(node.validTo);
    return node.verify(new X509Certificate(ca).publicKey) && expires > Date.now() + DAY_MS ? ca : undefined;
  } catch {
    return undefined;
  }
}

function makeCertificates(): { readonly ca: string; readonly certificate: string; readonly key: string } {
  const authority = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const node = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const issuer: Identity = { name: 'Redrill local AWS', key: authority.privateKey };
  const ca = certificate(
    { name: issuer.name, key: authority.publicKey },
    issuer,
    authorityExtensions(authority.publicKey),
  );
  const leaf = certificate(
    { name: 'localhost', key: node.publicKey },
    issuer,
    nodeExtensions(node.publicKey, authority.publicKey),
  );
  return {
    ca: pem(ca),
    certificate: pem(leaf),
    key: node.privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
  };
}

function certificate(subject: Identity, issuer: Identity, extensions: Buffer): Buffer {
  const from = new Date(Date.now() - DAY_MS);
  const until = new Date(Date.now() + VALID_DAYS * DAY_MS);
  const signed = sequence(
    tagged(0, integer(Buffer.from([2]))),
    integer(Buffer.concat([Buffer.from([0x40]), randomBytes(15)])),
    ECDSA_WITH_SHA256,
    distinguishedName(issuer.name),
    sequence(time(from), time(until)),
    distinguishedName(subject.name),
    subject.key.export({ type: 'spki', format: 'der' }),
    tagged(3, extensions),
  );
  return sequence(signed, ECDSA_WITH_SHA256, bitString(sign('sha256', signed, issuer.key)));
}

function distinguishedName(commonName: string): Buffer {
  return sequence(set(sequence(COMMON_NAME, utf8(commonName))));
}

/** A certificate authority that may sign certificates (bit 5 of key usage). */
function authorityExtensions(own: KeyObject): Buffer {
  return sequence(
    sequence(oid('2.5.29.19'), truth, octets(sequence(truth))),
    sequence(oid('2.5.29.15'), truth, octets(bitString(Buffer.from([0x04]), 2))),
    sequence(oid('2.5.29.14'), octets(octets(keyIdentifier(own)))),
  );
}

/** A server that is also a client: replicas and the cluster bus present the same certificate to their peers. */
function nodeExtensions(own: KeyObject, authority: KeyObject): Buffer {
  const usage = sequence(oid('1.3.6.1.5.5.7.3.1'), oid('1.3.6.1.5.5.7.3.2'));
  const names = sequence(
    primitive(DNS_NAME, Buffer.from('localhost', 'latin1')),
    primitive(DNS_NAME, Buffer.from('*.redrill.test', 'latin1')),
    primitive(IP_ADDRESS, Buffer.from([127, 0, 0, 1])),
  );
  return sequence(
    sequence(oid('2.5.29.15'), truth, octets(bitString(Buffer.from([0x80]), 7))),
    sequence(oid('2.5.29.37'), octets(usage)),
    sequence(oid('2.5.29.17'), octets(names)),
    sequence(oid('2.5.29.14'), octets(octets(keyIdentifier(own)))),
    sequence(oid('2.5.29.35'), octets(sequence(primitive(0, keyIdentifier(authority))))),
  );
}

function keyIdentifier(key: KeyObject): Buffer {
  return createHash('sha1')
    .update(key.export({ type: 'spki', format: 'der' }))
    .digest();
}

function pem(der: Buffer): string {
  const lines = der.toString('base64').match(/.{1,64}/g) ?? [];
  return `-----BEGIN CERTIFICATE-----\n${lines.join('\n')}\n-----END CERTIFICATE-----\n`;
}
