import type { PageScript } from './page-script.ts';

/**
 * The S3 console opens a page at an address of S3 that is signed for this page alone, so that its links lead to objects that S3
 * refuses. There they are made links to the console, as `consoleUrlOf` of `core/contracts/runbooks.ts` writes them.
 */
const TEXT = `(() => {
  const [, bucket, region] = /^([^.]+)\\.s3[.-]([a-z0-9-]+)\\.amazonaws\\.com(?:\\.cn)?$/.exec(location.hostname) ?? [];
  if (bucket === undefined) return;
  const domain = region.startsWith('cn-') ? 'amazonaws.cn' : region.startsWith('us-gov-') ? 'amazonaws-us-gov.com' : 'aws.amazon.com';
  for (const link of document.querySelectorAll('a[href]')) {
    const { host, pathname } = new URL(link.href);
    if (host === location.host && !link.getAttribute('href').startsWith('#')) link.href = 'https://' + region + '.console.' + domain + '/s3/object/' + bucket + '?region=' + region + '&bucketType=general&prefix=' + pathname.slice(1);
  }
})();`;

export const CONSOLE_LINKS: PageScript = {
  text: TEXT,
  sha256: 'tr9X3mWSaeZPreG2SvvaP+CM7e1GJaG352ZVRh49YEo=',
};
