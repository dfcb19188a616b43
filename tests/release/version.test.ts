import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';

/** A release has one version, wherever it is told. */

interface Release {
  readonly version: string;
  readonly day: string;
  read(path: string): string;
}

const root = new URL('../../', import.meta.url);
const read = (path: string) => readFileSync(new URL(path, root), 'utf8');
const script = fileURLToPath(new URL('scripts/release.js', root));
const { releaseFiles }: { releaseFiles(release: Release): ReadonlyMap<string, string> } = await import(script);
const { version }: { version: string } = JSON.parse(read('package.json'));

/** Its last version is one that is never made again: the release itself runs this test. */
const CHANGELOG = '# Changelog\n\n## [Unreleased]\n\n### Added\n\n- A thing.\n\n## [0.0.1] - 2026-12-01\n\n- Old.\n';
const withChangelog = (changelog: string) => (path: string) => (path === 'CHANGELOG.md' ? changelog : read(path));

test('manifests, examples, lock files and the image for Kubernetes have the version of package.json', () => {
  const files = releaseFiles({ version, day: '2027-01-15', read: withChangelog(CHANGELOG) });
  const told = [...files].filter(([path]) => /\.(json|yaml)$/.test(path));
  expect(told).toHaveLength(8);
  for (const [path, text] of told) expect(read(path), path).toBe(text);
});

test('a maintainer who makes a release finds its entries in a section, and its schemas as the released ones', () => {
  const files = releaseFiles({ version: '1.1.0-rc.2', day: '2027-01-15', read: withChangelog(CHANGELOG) });
  expect(files.get('CHANGELOG.md')).toBe(
    '# Changelog\n\n## [Unreleased]\n\n## [1.1.0-rc.2] - 2027-01-15\n\n### Added\n\n- A thing.\n\n## [0.0.1] - 2026-12-01\n\n- Old.\n',
  );
  for (const name of ['schema', 'subgraph']) {
    const released = `# Release: 1.1.0-rc.2 (2027-01-15)\n${read(`${name}.graphql`)}`;
    expect(files.get(`${name}.released.graphql`)).toBe(released);
  }
  expect(files.get('ops/kubernetes/example/kustomization.yaml')).toContain('newTag: 1.1.0-rc.2\n');
  expect(files.get('package.json')).toBe(read('package.json').replace(version, '1.1.0-rc.2'));
});

test.each([
  ['has no new entry', '1.1.0', CHANGELOG.replace('### Added\n\n- A thing.\n\n', ''), /nothing under "Unreleased"/],
  ['has made this release already', '0.0.1', CHANGELOG, /has a section of 0\.0\.1 already/],
  ['mistypes the version', '1.1', CHANGELOG, /^Usage/],
  ['writes the version as a tag', 'v1.1.0', CHANGELOG, /^Usage/],
])('a maintainer who %s is told', (_what, wanted, changelog, why) => {
  expect(() => releaseFiles({ version: wanted, day: '2027-01-15', read: withChangelog(changelog) })).toThrow(why);
});
