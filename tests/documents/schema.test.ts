import { readFileSync } from 'node:fs';
import {
  buildSchema,
  getNamedType,
  type GraphQLObjectType,
  isObjectType,
  isScalarType,
  isSpecifiedScalarType,
  printSchema,
} from 'graphql';
import { expect, it } from 'vitest';
import { schema } from '../../src/schema.js';
import { memberships, type SchemaPart, schemaParts } from '../support/schema-parts.js';

/** The schema as front ends see it. */

const contract = buildSchema(readFileSync(new URL('../contract.graphql', import.meta.url), 'utf8'));
const parts = schemaParts(schema);
const members = memberships(schema);

/** What the contract promises and a later change brings: it leaves this list together with the code that makes it work. */
const LATER: readonly string[] = [];

/** Signatures cannot be guessed, so nothing counts them yet. */
const LATER_MEMBERS: readonly string[] = [
  'FinishPasskeySignInResult includes AccountLockedError',
  'FinishPasskeySignInResult includes TooManyRequestsError',
  'StartPasskeySignInResult includes TooManyRequestsError',
];

it('tells a front-end developer what every type, field, argument and enum value means', () => {
  const silent = parts.filter(({ description }) => !description || description.trim().length < 10);
  expect(silent.map(({ coordinate }) => coordinate)).toEqual([]);
});

it('tells a stranger who opens it what it is for', () => {
  expect(printSchema(schema)).toMatch(/^"""\nAccounts of people [\s\S]*\n"""\nschema \{/);
});

it('says where the format of each scalar is defined', () => {
  const scalars = Object.values(schema.getTypeMap()).filter(isScalarType);
  const own = scalars.filter((type) => !isSpecifiedScalarType(type));
  expect(own.map(({ specifiedByURL }) => specifiedByURL)).toEqual(own.map(() => expect.stringMatching(/^https:/)));
  expect(own).not.toEqual([]);
});

it('has an id on every object inside an object with one: a normalised cache replaces those without, and loses fields', () => {
  const objects = Object.values(schema.getTypeMap()).filter(isObjectType);
  const lost = objects.filter(hasId).flatMap((type) =>
    Object.values(type.getFields())
      .filter(
        (field) => isObjectType(getNamedType(field.type)) && !hasId(getNamedType(field.type) as GraphQLObjectType),
      )
      .map(({ name }) => `${type.name}.${name}`),
  );
  expect(lost).toEqual([]);
});

it('has every name of the contract, with its type and default, except what comes later', () => {
  const present = new Set(parts.map(described));
  const missing = schemaParts(contract).filter((part) => !present.has(described(part)));
  const names = missing.map(({ coordinate }) => coordinate);
  const absent = names.filter((name) => !names.includes(parentOf(name)));
  expect(absent.sort()).toEqual(LATER);
});

it('has every outcome of the contract, except what comes later, and no other', () => {
  const promised = memberships(contract);
  const missing = promised.filter((member) => !members.includes(member));
  const unknown = (member: string) => LATER.some((name) => member.split(' includes ').includes(name));
  expect(missing.filter((member) => !unknown(member)).sort()).toEqual(LATER_MEMBERS);
  const ofContract = members.filter((member) => promised.some((other) => unionOf(other) === unionOf(member)));
  expect(ofContract.filter((member) => !promised.includes(member))).toEqual([]);
});

function hasId(type: GraphQLObjectType): boolean {
  return 'id' in type.getFields();
}

function described({ coordinate, type }: SchemaPart): string {
  return type === undefined ? coordinate : `${coordinate}: ${type}`;
}

/** `Query.cities` of `Query.cities(first:)`, `Query` of `Query.cities`, nothing of `Query`. */
function parentOf(coordinate: string): string {
  return /^(.+)(?:\(.*\)|\.[^.(]+)$/.exec(coordinate)?.[1] ?? '';
}

function unionOf(membership: string): string {
  return membership.split(' ', 1)[0] ?? '';
}
