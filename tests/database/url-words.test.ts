import { expect, it } from 'vitest';
import { readConnectionUrl } from '../../src/database/connection-target/connection-target.js';

it.each(['__proto__', 'constructor', 'toString'])(
  'a URL with the word %s is refused in words, never with a stack',
  (word) => {
    const reading = readConnectionUrl(`postgres://user:word@db.example/accounts?${word}=1`);
    expect(JSON.stringify(reading)).toContain(`has ${word}, which is no word of a connection URL`);
  },
);
