import { z } from 'zod';
import { descriptionSchema } from '../src/providers/described/description.js';

const ABOUT =
  'A provider of messages, described for phone-accounts (docs/described-providers.md). Written by npm run generate.';

/** assets/described-provider.schema.json: editors complete and check descriptions by it. */
export function descriptionJsonSchema(): string {
  const schema = z.toJSONSchema(descriptionSchema, { reused: 'inline' });
  return `${JSON.stringify({ title: 'Described provider', description: ABOUT, ...schema }, null, 2)}\n`;
}
