import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { Enums, Models, Serialize, Spec } from '@cyclonedx/cyclonedx-library';

/**
 * `npm run sbom`: the software bill of materials of the service (CycloneDX), in release/. It names every package that is in
 * the bundle or installed beside it. The client has no dependencies.
 */

const root = new URL('../', import.meta.url);
const read = (name) => JSON.parse(readFileSync(new URL(name, root), 'utf8'));

/** What is installed at a path of the lock file, and found from it. The project itself has the path "". */
function neededBy(packages, path) {
  const { dependencies, optionalDependencies, peerDependencies, peerDependenciesMeta = {} } = packages[path];
  const peers = Object.keys(peerDependencies ?? {}).filter((name) => !peerDependenciesMeta[name]?.optional);
  const names = [...Object.keys({ ...dependencies, ...optionalDependencies }), ...peers];
  return names.flatMap((name) => placeOf(packages, { name, path }) ?? []);
}

/** Where Node.js finds a package: beside the path, or nearer to the root. Undefined: an optional one that is left out. */
function placeOf(packages, { name, path }) {
  const place = `${path}${path && '/'}node_modules/${name}`;
  if (place in packages) return place;
  if (path === '') return undefined;
  return placeOf(packages, { name, path: path.replace(/\/?node_modules\/(@[^/]+\/)?[^/]+$/, '') });
}

/** Every path that the project needs to run. */
function shippedPaths(packages) {
  const found = new Set(['']);
  // A set gives what is added while it is read.
  for (const path of found) for (const needed of neededBy(packages, path)) found.add(needed);
  return [...found].filter((path) => path !== '');
}

const nameAt = (path) => path.replace(/^.*node_modules\//, '');

function componentAt(packages, path) {
  const { version, integrity, license, optional, devOptional } = packages[path];
  const name = nameAt(path);
  const [algorithm, checksum] = integrity.split('-');
  const { Optional, Required } = Enums.ComponentScope;
  const component = new Models.Component(Enums.ComponentType.Library, name, {
    bomRef: `${name}@${version}`,
    version,
    purl: `pkg:npm/${name.replace('@', '%40')}@${version}`,
    scope: optional || devOptional ? Optional : Required,
    hashes: new Models.HashDictionary([
      [algorithm.replace('sha', 'SHA-'), Buffer.from(checksum, 'base64').toString('hex')],
    ]),
  });
  // An expression combines several licenses. It stands in brackets.
  const Licence = /^\(.*\)$/.test(license) ? Models.LicenseExpression : Models.SpdxLicense;
  component.licenses.add(new Licence(license));
  return component;
}

/** @returns {Record<string, unknown>} the bill, which depends on nothing but the lock file */
export function billOfMaterials() {
  const { packages } = read('package-lock.json');
  const { name, version, license } = packages[''];
  const project = new Models.Component(Enums.ComponentType.Application, name, {
    bomRef: `${name}@${version}`,
    version,
  });
  project.licenses.add(new Models.SpdxLicense(license));
  // A package that is installed twice, in the same version, is named once.
  const components = new Map([[project.bomRef.value, project]]);
  const at = (path) => {
    const id = path === '' ? project.bomRef.value : `${nameAt(path)}@${packages[path].version}`;
    if (!components.has(id)) components.set(id, componentAt(packages, path));
    return components.get(id);
  };
  for (const path of ['', ...shippedPaths(packages)])
    for (const needed of neededBy(packages, path)) at(path).dependencies.add(at(needed).bomRef);
  components.delete(project.bomRef.value);
  const bill = new Models.Bom({
    metadata: new Models.Metadata({ component: project }),
    components: new Models.ComponentRepository(components.values()),
  });
  const json = serialized(bill);
  bill.serialNumber = `urn:uuid:${uuidOf(json)}`;
  return JSON.parse(serialized(bill));
}

function serialized(bill) {
  const serializer = new Serialize.JsonSerializer(new Serialize.JSON.Normalize.Factory(Spec.Spec1dot6));
  return serializer.serialize(bill, { sortLists: true });
}

/** The same bill has the same number, so that two people who make it can compare it. By RFC 9562, version 8. */
function uuidOf(json) {
  const bytes = createHash('sha256').update(json).digest().subarray(0, 16);
  bytes[6] = (bytes[6] & 0x0f) | 0x80;
  bytes[8] = (bytes[8] & 0x3f) | 0x80;
  return bytes.toString('hex').replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-');
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const bill = billOfMaterials();
  const file = new URL(`release/phone-accounts-${bill.metadata.component.version}.cdx.json`, root);
  mkdirSync(new URL('.', file), { recursive: true });
  writeFileSync(file, `${JSON.stringify(bill, null, 2)}\n`);
  process.stdout.write(`${fileURLToPath(file)}\n`);
}
