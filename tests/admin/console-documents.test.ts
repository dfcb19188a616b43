import { parse, validate } from 'graphql';
import { expect, test } from 'vitest';
import { schema } from '../../src/schema.js';

/** The console asks for nothing that the API has not. */

// Outside the project of the types: it is a page's module, with strings only.
const { default: _, ...documents }: Record<string, string> = await import(
  new URL('../../assets/admin/documents.js', import.meta.url).href
);

test.each(Object.entries(documents))('%s is valid against the schema, and has a name for the log', (_name, text) => {
  const document = parse(text);
  expect(validate(schema, document).map(({ message }) => message)).toEqual([]);
  const [operation] = document.definitions;
  expect(operation?.kind === 'OperationDefinition' && operation.name?.value).toMatch(/^Console[A-Z]\w+$/);
});
