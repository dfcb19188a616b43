import { mkdir, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { printSchema } from 'graphql';
import { settings } from '../src/config/settings.js';
import { subgraphSdl } from '../src/graphql/subgraph-sdl.js';
import { schema } from '../src/schema.js';
import { typeDirectives } from '../src/subgraph/subgraph.types.js';
import { generateClient } from '../tests/typed-client/codegen.js';
import { clientCache } from './client-cache.js';
import { clientDocuments, clientTypes } from './client-types.js';
import { descriptionJsonSchema } from './description-schema.js';
import { limitsDocument } from './limits-document.js';
import { metricsDocument } from './metrics-document.js';
import { shippedManifests } from './persisted-documents.js';
import { settingsDocument } from './settings-document.js';
import { textsDocument } from './texts-document.js';

/**
 * Everything that is made from the source: content by path from the project's root. It writes nothing, so that a test
 * can compare the result with the committed files.
 */
export async function generatedFiles(): Promise<Map<string, string>> {
  const sdl = `${printSchema(schema)}\n`;
  return new Map([
    ['schema.graphql', sdl],
    ['subgraph.graphql', subgraphSdl(schema, typeDirectives)],
    ['.env.example', envExample()],
    ['docs/settings.md', settingsDocument()],
    ['assets/described-provider.schema.json', descriptionJsonSchema()],
    ['docs/limits.md', limitsDocument()],
    ['docs/metrics.md', metricsDocument()],
    ['docs/texts-by-language.md', textsDocument()],
    ['client/src/schema-types.ts', clientTypes(sdl)],
    ['client/src/schema-cache.ts', clientCache(sdl)],
    ['client/persisted-documents.json', await clientDocuments()],
    ['assets/persisted-documents/client.json', await clientDocuments()],
    ...(await shippedManifests()),
    ...(await generateClient(sdl)),
  ]);
}

function envExample(): string {
  const head = [
    '# Every setting, with its default. Copy this file to .env and fill in what you need; empty means the default.',
    '# Durations are in seconds.',
  ];
  const entries = Object.entries(settings).map(
    ([name, { about, shown }]) => `\n# ${about}\n# Default: ${shown}\n${name}=`,
  );
  return `${[...head, ...entries].join('\n')}\n`;
}

async function write(): Promise<void> {
  const root = new URL('../', import.meta.url);
  for (const [path, content] of await generatedFiles()) {
    const file = fileURLToPath(new URL(path, root));
    await mkdir(dirname(file), { recursive: true });
    await writeFile(file, content);
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await write();
