import { describe, expect, it } from 'vitest';
import { infoOf, softwareOf } from '../../../../core/model/server-info.ts';

describe('infoOf', () => {
  it('has the fields of all sections, and all values of a field that occurs more than once', () => {
    const info = infoOf(
      '# Server\r\nrun_id:ab:cd\r\n\r\n# Modules\r\nmodule:name=a,ver=1\r\nmodule:name=b,ver=2\r\n',
    );
    expect(Object.fromEntries(info)).toEqual({ run_id: 'ab:cd', module: 'name=a,ver=1;name=b,ver=2' });
  });
});

describe('softwareOf', () => {
  it.each([
    ['redis_version:7.2.4', { engine: 'redis', version: '7.2.4' }],
    ['redis_version:7.2.4\r\nvalkey_version:8.1.0', { engine: 'valkey', version: '8.1.0' }],
    ['', { engine: 'redis', version: '' }],
  ])('of %j', (text, software) => {
    expect(softwareOf(infoOf(text))).toEqual(software);
  });
});
