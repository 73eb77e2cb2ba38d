import { describe, expect, test } from 'vitest';
import { computedDocuments } from '../../docs/sources/write.ts';

describe('the computed parts of the documents', async () => {
  const documents = await computedDocuments();

  test.each(documents)('$file is what `npm run docs` writes', ({ text, computed }) => {
    expect(text).toBe(computed);
  });
});
