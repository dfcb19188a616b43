import fc from 'fast-check';
import {
  assertInterfaceType,
  type GraphQLArgument,
  type GraphQLField,
  type GraphQLInputType,
  type GraphQLOutputType,
  getNamedType,
  isAbstractType,
  isEnumType,
  isInputObjectType,
  isListType,
  isNonNullType,
  isObjectType,
} from 'graphql';
import { subgraphSchema } from '../../src/schema.js';
import { ME, REGISTER, REQUEST_OTP, VERIFY_OTP } from '../support/operations/operations.js';
import { anyJson, nastyString, stringFor } from './values.js';

/** With what gateways ask for (FEDERATION=on). */
const schema = subgraphSchema();
const userError = assertInterfaceType(schema.getType('UserError'));
type AnyField = GraphQLField<unknown, unknown>;

/** A document with the variables that go with it. */
export interface Operation {
  readonly query: string;
  readonly variables: Record<string, unknown>;
}

/** Chance, as the generators of this file take it. */
interface Chance {
  one<Value>(values: readonly Value[]): Value;
  /** True once in so many times. */
  once(times: number): boolean;
  value<Value>(arbitrary: fc.Arbitrary<Value>): Value;
}

const fields = [schema.getQueryType(), schema.getMutationType()].map((type) => Object.values(type?.getFields() ?? {}));

/** Operations made from the schema: mostly valid, with a value or a name here and there that is not. */
export const schemaOperation: fc.Arbitrary<Operation> = fc.gen().map((generate) => {
  const chance: Chance = {
    one: (values) => values[generate(fc.nat, values.length - 1)] as (typeof values)[number],
    once: (times) => generate(fc.nat, times - 1) === 0,
    value: (arbitrary) => generate(() => arbitrary),
  };
  return operation(chance);
});

function operation(chance: Chance): Operation {
  const mutation = !chance.once(4);
  const field = chance.one(fields[mutation ? 1 : 0] ?? []);
  const variables: Record<string, unknown> = {};
  const declared: string[] = [];
  const roots = chance.once(16) ? [field, chance.one(fields[mutation ? 1 : 0] ?? [])] : [field];
  const body = roots.map((root, index) =>
    fieldText(root, { chance, variables, declared, alias: index > 0 ? 'b' : '' }),
  );
  const head = declared.length > 0 ? `(${declared.join(', ')})` : '';
  return { query: `${mutation ? 'mutation' : 'query'} Q${head} { ${body.join(' ')} }`, variables };
}

interface Writing {
  readonly chance: Chance;
  readonly variables: Record<string, unknown>;
  readonly declared: string[];
  readonly alias: string;
}

function fieldText(field: AnyField, writing: Writing): string {
  const { chance } = writing;
  const name = chance.once(150) ? `${field.name}x` : field.name;
  const given = field.args.filter((argument) => isNonNullType(argument.type) || !chance.once(3));
  const args = given.map((argument) => argumentText(argument, writing));
  const alias = writing.alias && `${writing.alias}: `;
  return `${alias}${name}${args.length > 0 ? `(${args.join(', ')})` : ''}${selection(field.type, chance, 0)}`;
}

function argumentText({ name, type }: GraphQLArgument, { chance, variables, declared }: Writing): string {
  const value = inputFor(type, name, chance);
  if (chance.once(4)) return `${name}: ${literal(value)}`;
  const variable = `v${declared.length}`;
  declared.push(`$${variable}: ${chance.once(50) ? 'String' : String(type)}`);
  if (!chance.once(40)) variables[variable] = value;
  return `${name}: $${variable}`;
}

function selection(type: GraphQLOutputType, chance: Chance, depth: number): string {
  const named = getNamedType(type);
  if (isAbstractType(named)) {
    const members = schema.getPossibleTypes(named).filter(() => !chance.once(3));
    const parts = members.map((member) => `... on ${member.name}${selection(member, chance, depth + 1)}`);
    const failing = schema.getPossibleTypes(named).some((member) => member.getInterfaces().includes(userError));
    return ` { __typename ${parts.join(' ')} ${failing ? '... on UserError { message }' : ''} }`;
  }
  if (!isObjectType(named)) return chance.once(1_500) ? ' { id }' : '';
  const all = Object.values(named.getFields()).filter(() => !chance.once(3));
  const condition = chance.once(20) ? ' @include(if: true)' : '';
  const parts = all.map((field) => `${field.name}${condition}${selection(field.type, chance, depth + 1)}`);
  return ` { __typename ${parts.join(' ')} }`;
}

function inputFor(type: GraphQLInputType, name: string, chance: Chance): unknown {
  if (isNonNullType(type)) return chance.once(120) ? null : inputFor(type.ofType, name, chance);
  if (chance.once(60)) return chance.value(anyJson);
  if (isListType(type)) return [inputFor(type.ofType, name, chance)];
  if (isEnumType(type)) return chance.once(40) ? chance.value(nastyString) : chance.one(type.getValues()).name;
  if (isInputObjectType(type)) {
    const entries = Object.values(type.getFields()).filter((field) => isNonNullType(field.type) || !chance.once(2));
    const object = Object.fromEntries(entries.map((field) => [field.name, inputFor(field.type, field.name, chance)]));
    return chance.once(30) ? { ...object, [chance.value(nastyString)]: 1 } : object;
  }
  if (type.name === 'Int')
    return chance.one([1, 20, 100, 0, -1, 101, 2 ** 31 - 1, -(2 ** 31), 2 ** 31, 1.5, '5', 1283240]);
  if (type.name === '_Any') return representation(chance);
  if (type.name === 'Boolean') return chance.one([true, false, 'true', 1]);
  return chance.value(stringFor(name));
}

/** Names a user to the service, or does not. */
function representation(chance: Chance): unknown {
  const id = chance.once(2) ? '0192f1a0-5b7e-7c3d-9e4f-1a2b3c4d5e6f' : chance.value(stringFor('id'));
  return chance.one<object>([{ __typename: 'User', id }, { __typename: 'User', id }, { __typename: id }, {}]);
}

/** As GraphQL writes it; names that are none stay as they are, for the parser to refuse. */
function literal(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(literal).join(', ')}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  return `{ ${Object.entries(value)
    .map(([key, inner]) => `${key}: ${literal(inner)}`)
    .join(', ')} }`;
}

const input = { phoneNumber: '+9779800000000', otp: '123456' };
const VALID: readonly Operation[] = [
  { query: ME, variables: {} },
  { query: REQUEST_OTP, variables: { input: { phoneNumber: input.phoneNumber } } },
  { query: VERIFY_OTP, variables: { input } },
  { query: REGISTER, variables: { input } },
  {
    query: '{ cities(first: 3, search: "po") { edges { cursor node { id name } } pageInfo { endCursor } } }',
    variables: {},
  },
  {
    query:
      '{ __schema { types { name fields { name args { name } type { ...T } } } } } fragment T on __Type { name ofType { name } }',
    variables: {},
  },
];
const PIECES = [
  ...[
    '{',
    '}',
    '(',
    ')',
    '[',
    ']',
    '...',
    '$',
    '@',
    '!',
    ':',
    '=',
    '|',
    '&',
    '"',
    '"""',
    '#',
    '\\',
    ',',
    '\n',
    '\ufeff',
    '\u0000',
  ],
  ...[
    'on',
    'fragment',
    'query',
    'mutation',
    'subscription',
    '__typename',
    '...F',
    'a: ',
    '@skip(if: true)',
    '1e999',
    'null',
    '-',
    'type A { b: C }',
  ],
];

/** Valid documents that were cut, doubled and stuffed in a few places. */
export const mutatedOperation: fc.Arbitrary<Operation> = fc
  .tuple(
    fc.constantFrom(...VALID),
    fc.array(
      fc.record({
        at: fc.nat(2_000),
        length: fc.nat(40),
        kind: fc.constantFrom('cut', 'double', 'insert', 'insert', 'repeat'),
        piece: fc.oneof({ weight: 4, arbitrary: fc.constantFrom(...PIECES) }, { weight: 1, arbitrary: nastyString }),
      }),
      { minLength: 1, maxLength: 5 },
    ),
  )
  .map(([{ query, variables }, changes]) => ({ query: changes.reduce(changed, query), variables }));

function changed(text: string, change: { at: number; length: number; kind: string; piece: string }): string {
  const at = change.at % (text.length + 1);
  const [before, part, after] = [text.slice(0, at), text.slice(at, at + change.length), text.slice(at + change.length)];
  if (change.kind === 'cut') return before + after;
  if (change.kind === 'double') return before + part + part + after;
  const times = change.kind === 'repeat' ? change.length * 10 : 1;
  return `${before}${change.piece.slice(0, 500).repeat(times)}${part}${after}`;
}
