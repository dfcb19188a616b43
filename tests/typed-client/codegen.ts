import { fileURLToPath } from 'node:url';
import { generate } from '@graphql-codegen/cli';

const OUTPUT = 'tests/typed-client/generated/';
const documents = ['documents.ts', 'life-documents.ts'].map((name) => fileURLToPath(new URL(name, import.meta.url)));

/**
 * The client that GraphQL Code Generator makes from the schema and from the documents beside this file, as its client preset is set up in
 * a strict NodeNext project: content by path from the project's root. Writes nothing.
 */
export async function generateClient(sdl: string): Promise<Map<string, string>> {
  const files: { filename: string; content: string }[] = await generate(
    {
      schema: sdl,
      documents,
      silent: true,
      generates: {
        [OUTPUT]: {
          preset: 'client',
          presetConfig: { fragmentMasking: false },
          config: {
            documentMode: 'string',
            importExtension: '.js',
            useTypeImports: true,
            enumsAsTypes: true,
            onlyOperationTypes: true,
            strictScalars: true,
            scalars: { DateTime: 'string', JSON: 'unknown' },
          },
        },
      },
    },
    false,
  );
  return new Map(files.map(({ filename, content }) => [filename, `${content.trimEnd()}\n`]));
}
