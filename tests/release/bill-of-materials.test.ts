import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { Ajv } from 'ajv';
import addFormats from 'ajv-formats';
import { expect, test } from 'vitest';

/** Who looks for a package with a known fault finds it in the bill of materials of a release. */

interface Component {
  readonly name: string;
  readonly version: string;
  readonly hashes: readonly object[];
  readonly licenses: readonly object[];
}

interface Bill {
  readonly serialNumber: string;
  readonly metadata: { readonly component: Component };
  readonly components: readonly Component[];
}

interface Locked {
  readonly version?: string;
  readonly dev?: true;
  /** For development, and also optional for something that runs. */
  readonly devOptional?: true;
  readonly link?: true;
}

const root = new URL('../../', import.meta.url);
const read = (path: string) => JSON.parse(readFileSync(new URL(path, root), 'utf8'));
const script = fileURLToPath(new URL('scripts/sbom.js', root));
const builder = fileURLToPath(new URL('scripts/build.js', root));
const { buildWhenNeeded }: { buildWhenNeeded(): Promise<void> } = await import(builder);
const { billOfMaterials }: { billOfMaterials(): Bill } = await import(script);
const SCHEMAS = 'node_modules/@cyclonedx/cyclonedx-library/res/schema/';

const bill = billOfMaterials();
const nameOf = (path: string) => path.replace(/^.*node_modules\//, '');
const idOf = ({ name, version }: Component) => `${name}@${version}`;

test('it is valid by the schema of CycloneDX', () => {
  const ajv = new Ajv({ strict: false });
  addFormats.default(ajv);
  // Addresses may have letters beyond ASCII there. None of ours has.
  for (const format of ['iri-reference', 'idn-email']) ajv.addFormat(format, true);
  for (const name of ['spdx.SNAPSHOT.schema.json', 'jsf-0.82.SNAPSHOT.schema.json'])
    ajv.addSchema(read(SCHEMAS + name), `http://cyclonedx.org/schema/${name}`);
  const validate = ajv.compile(read(`${SCHEMAS}bom-1.6.SNAPSHOT.schema.json`));
  expect(validate(bill) ? [] : validate.errors).toEqual([]);
  expect(validate({ ...bill, components: [{ name: 'without a type' }] })).toBe(false);
});

test('it names every package of the lock file that is not for development, with its license and checksum', () => {
  const { packages }: { packages: Record<string, Locked> } = read('package-lock.json');
  const installed = Object.entries(packages).filter(
    ([path, { dev, link }]) => path.includes('node_modules/') && !dev && !link,
  );
  const idsOf = (entries: typeof installed) =>
    new Set(entries.map(([path, { version = '' }]) => `${nameOf(path)}@${version}`));
  const named = new Set(bill.components.map(idOf));
  const needed = idsOf(installed.filter(([, { devOptional }]) => !devOptional));
  expect(needed.size).toBeGreaterThan(200);
  expect([...needed].filter((id) => !named.has(id))).toEqual([]);
  expect([...named].filter((id) => !idsOf(installed).has(id))).toEqual([]);
  const bare = bill.components.filter(({ hashes, licenses }) => hashes.length === 0 || licenses.length === 0);
  expect(bare.map(idOf)).toEqual([]);
  const { name, version } = read('package.json');
  expect(bill.metadata.component).toMatchObject({ name, version, type: 'application' });
});

test('it names every package that the bundle was made from', async () => {
  await buildWhenNeeded();
  const dist = new URL('dist/', root);
  const maps = readdirSync(dist, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.map'));
  const sources = maps.flatMap((name): string[] => JSON.parse(readFileSync(new URL(name, dist), 'utf8')).sources);
  const bundled = sources.flatMap((path) => /^.*node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(path)?.[1] ?? []);
  expect(new Set(bundled).size).toBeGreaterThan(50);
  const named = new Set(bill.components.map(({ name }) => name));
  // A package that was bundled before it was published may name folders of its maker.
  const locked = new Set(Object.keys(read('package-lock.json').packages).map(nameOf));
  expect([...new Set(bundled)].filter((name) => locked.has(name) && !named.has(name))).toEqual([]);
});

test('it says nothing of the machine that made it, and the same lock file makes the same bill', () => {
  const { $schema, ...rest } = bill as Bill & { $schema: string };
  expect($schema).toBe('http://cyclonedx.org/schema/bom-1.6.schema.json');
  // No address of a registry, no path, no time.
  expect(JSON.stringify(rest)).not.toMatch(/https?:|file:|"\/|timestamp/);
  expect(billOfMaterials()).toEqual(bill);
});
