import { X509Certificate } from 'node:crypto';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

/**
 * What TLS rests on here: a certificate authority of this machine's own, and one certificate for 127.0.0.1, localhost and
 * the hosts of the local internet that every server shows. Clients trust it through `caFile` (`NODE_EXTRA_CA_CERTS`), as they trust Amazon's
 * public authority for ElastiCache: https://docs.aws.amazon.com/AmazonElastiCache/latest/dg/in-transit-encryption.html
 */
export interface TlsFiles {
  readonly caFile: string;
  readonly certificateFile: string;
  readonly keyFile: string;
  /** The authority's certificate, PEM. */
  readonly ca: string;
}

/** Names that tests give hosts of the local internet. */
const INTERNET = ['*.redrill.test', 'events.pagerduty.com', 'events.eu.pagerduty.com'];

const DAY_MS = 86_400_000;
const VALID_DAYS = 3_650;
const EC = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' } as const;

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
  const made = await makeCertificates();
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

/** Loads the library only here: the files are made once on a machine. */
async function makeCertificates() {
  await import('reflect-metadata');
  const x509 = await import('@peculiar/x509');
  const authority = await crypto.subtle.generateKey(EC, true, ['sign', 'verify']);
  const node = await crypto.subtle.generateKey(EC, true, ['sign', 'verify']);
  const common = {
    issuer: 'CN=Redrill local AWS',
    notBefore: new Date(Date.now() - DAY_MS),
    notAfter: new Date(Date.now() + VALID_DAYS * DAY_MS),
    signingKey: authority.privateKey,
    signingAlgorithm: EC,
  };
  const ca = await x509.X509CertificateGenerator.create({
    ...common,
    subject: common.issuer,
    publicKey: authority.publicKey,
    extensions: [
      new x509.BasicConstraintsExtension(true, undefined, true),
      new x509.KeyUsagesExtension(x509.KeyUsageFlags.keyCertSign, true),
      await x509.SubjectKeyIdentifierExtension.create(authority.publicKey),
    ],
  });
  const leaf = await x509.X509CertificateGenerator.create({
    ...common,
    subject: 'CN=localhost',
    publicKey: node.publicKey,
    extensions: [
      new x509.KeyUsagesExtension(x509.KeyUsageFlags.digitalSignature, true),
      // A server that is also a client: replicas and the cluster bus present the same certificate to their peers.
      new x509.ExtendedKeyUsageExtension([
        x509.ExtendedKeyUsage.serverAuth,
        x509.ExtendedKeyUsage.clientAuth,
      ]),
      new x509.SubjectAlternativeNameExtension([
        { type: 'dns', value: 'localhost' },
        ...INTERNET.map((value) => ({ type: 'dns' as const, value })),
        { type: 'ip', value: '127.0.0.1' },
      ]),
      await x509.SubjectKeyIdentifierExtension.create(node.publicKey),
      await x509.AuthorityKeyIdentifierExtension.create(authority.publicKey),
    ],
  });
  const key = await crypto.subtle.exportKey('pkcs8', node.privateKey);
  const asText = x509.PemConverter.encode(key, x509.PemConverter.PrivateKeyTag);
  return { ca: ca.toString('pem'), certificate: leaf.toString('pem'), key: asText };
}
