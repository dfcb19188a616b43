import { createRequire } from 'node:module';
import {
  type GraphQLNamedType,
  type GraphQLSchema,
  isEnumType,
  isInputObjectType,
  isInterfaceType,
  isObjectType,
} from 'graphql';

/** By `require`, so that it has the graphql of the schemas: its ES module would load another copy. */
const inspector = createRequire(import.meta.url)('@graphql-inspector/core') as typeof import('@graphql-inspector/core');

/** What a client may depend on: the last release, and what was said since then. */
export interface SchemaChange {
  readonly released: GraphQLSchema;
  readonly current: GraphQLSchema;
  /** CHANGELOG.md. */
  readonly changelog: string;
}

/**
 * Changes that break clients of the last release and that no entry beginning with **Breaking:** names, one line each. An
 * entry names them by their coordinates in backticks, such as `User.city` or `Query.cities.first`.
 */
export async function unannouncedBreaks({ released, current, changelog }: SchemaChange): Promise<string[]> {
  const changes = await inspector.diff(released, current);
  const named = announced(changelog);
  return changes
    .filter(({ criticality, path }) => criticality.level === 'BREAKING' && !named.has(path ?? ''))
    .map(({ path, message }) => `\`${path}\`: ${message}`);
}

/** What entries of the next release name as breaking. */
function announced(changelog: string): Set<string> {
  const unreleased = changelog.split(/^## /m).find((section) => section.startsWith('[Unreleased]')) ?? '';
  const entries = unreleased.split(/^- /m).filter((entry) => entry.startsWith('**Breaking:**'));
  return new Set(entries.flatMap((entry) => [...entry.matchAll(/`([^`]+)`/g)].map(([, name = '']) => name)));
}

/** `Use `x`. Stays until 2027-06-30.` */
const REASON = /^Use .+\. Stays until (\d{4}-\d{2}-\d{2})\.$/s;

type Deprecation = readonly [coordinate: string, reason: string | null | undefined];

/** Deprecations that do not say what to use instead, or until when the old part stays. */
export function poorDeprecations(schema: GraphQLSchema): string[] {
  const all = Object.values(schema.getTypeMap()).flatMap(deprecationsOf);
  return all
    .filter(([, reason]) => typeof reason === 'string' && !isDay(REASON.exec(reason)?.[1]))
    .map(([coordinate]) => coordinate);
}

/** JavaScript reads 2027-02-30 as the 2nd of March. */
function isDay(written = ''): boolean {
  const day = new Date(`${written}T00:00:00Z`);
  return !Number.isNaN(day.getTime()) && day.toISOString().startsWith(written);
}

function deprecationsOf(type: GraphQLNamedType): Deprecation[] {
  const of = (name: string, { deprecationReason }: { deprecationReason?: string | null | undefined }): Deprecation => [
    `${type.name}.${name}`,
    deprecationReason,
  ];
  if (isEnumType(type)) return type.getValues().map((value) => of(value.name, value));
  if (isInputObjectType(type)) return Object.values(type.getFields()).map((field) => of(field.name, field));
  if (!isObjectType(type) && !isInterfaceType(type)) return [];
  return Object.values(type.getFields()).flatMap((field) => [
    of(field.name, field),
    ...field.args.map((argument) => of(`${field.name}.${argument.name}`, argument)),
  ]);
}

/** The version of a released schema, by its first line. */
export function releaseOf(sdl: string): string | null {
  return /^# Release: ([\w.-]+?)\.? /.exec(sdl)?.[1] ?? null;
}

/** The newest release of the changelog. */
export function newestRelease(changelog: string): string {
  return /^## \[(\d[^\]]*)\]/m.exec(changelog)?.[1] ?? 'none';
}
