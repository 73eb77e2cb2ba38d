import { describe, expect, test } from 'vitest';
import { areSame, endpointIn, portOf, withEndpoint, withoutLogin } from '../../../../core/model/endpoint.ts';

const NEW = { host: 'new.example', port: 6379 };

describe('a value with an endpoint in it', () => {
  test.each([
    ['old.example', 'new.example'],
    ['old.example:6379', 'new.example:6379'],
    ['redis://old.example', 'redis://new.example'],
    ['rediss://app:secret@old.example:6380/1?x=y', 'rediss://app:secret@new.example:6379/1?x=y'],
  ])('%s keeps its form', (before, after) => expect(withEndpoint(before, NEW)).toBe(after));

  test('gets a port that is not the usual one', () => {
    expect(withEndpoint('old.example', { host: 'new.example', port: 7000 })).toBe('new.example:7000');
  });

  test.each([['{"host":"x"}'], ['two words'], ['http://x'], ['']])('%s is none', (text) =>
    expect(endpointIn(text)).toBeUndefined(),
  );

  test('shows no login', () => {
    expect(withoutLogin('rediss://app:secret@old.example:6380/1')).toBe('rediss://…@old.example:6380/1');
    expect(withoutLogin('old.example')).toBe('old.example');
  });

  test('is the same however it is written', () => {
    expect(areSame({ host: 'Old.example' }, { host: 'old.example', port: 6379 })).toBe(true);
    expect(areSame({ host: 'old.example' }, { host: 'old.example', port: 6380 })).toBe(false);
    expect(areSame({ host: 'old.example' }, NEW)).toBe(false);
  });

  test('has the usual port if none is written', () => expect(portOf({ host: 'x' })).toBe(6379));
});
