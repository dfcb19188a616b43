import {
  getNamedType,
  getNullableType,
  type GraphQLError,
  type GraphQLType,
  isInputObjectType,
  isListType,
  typeFromAST,
  type VariableDefinitionNode,
} from 'graphql';
import { expected, type FaultyRequest, unknownField } from './expected-type.js';

/** Reasons of graphql-js that hold names of the schema only. */
const SAFE = [
  /^Field "\w+" of required type "[\w[\]!]+" was not provided\.$/,
  /^Expected non-nullable type "[\w[\]!]+" not to be null\.$/,
  /^Expected type "\w+" to be an object\.$/,
  /^Exactly one key must be specified for OneOf type "\w+"\.$/,
];

/** The message about a variable with an invalid value, without the value. */
export function variableFault(error: GraphQLError, node: VariableDefinitionNode, request: FaultyRequest): string {
  const name = node.variable.name.value;
  // The other messages about variables name them and their types.
  if (!error.message.startsWith(`Variable "$${name}" got invalid value `)) return error.message;
  const reason = error.originalError?.message ?? '';
  const path = pathIn(error.message, reason) ?? name;
  const type = typeAt(typeFromAST(request.schema, node.type as never), path);
  return `Variable "$${name}" got an invalid value at "${path}": ${explain(reason, type, request)}`;
}

function explain(reason: string, type: GraphQLType | undefined, { listed }: FaultyRequest): string {
  if (SAFE.some((pattern) => pattern.test(reason))) return reason;
  const named = type && getNamedType(type);
  const unknown = isInputObjectType(named) && reason.startsWith('Field "');
  return unknown ? unknownField(named, listed) : expected(type, listed);
}

/** graphql-js writes the path behind the value. A printed value does not end in a quote that has no backslash before. */
function pathIn(message: string, reason: string): string | undefined {
  const ending = `; ${reason}`;
  if (!message.endsWith(ending)) return undefined;
  return / at "(\w+(?:\.\w+|\[\d+\])*)"$/.exec(message.slice(0, -ending.length))?.[1];
}

/** The type at a path such as `input.items[0].id`, whose first name is the variable's. */
function typeAt(type: GraphQLType | undefined, path: string): GraphQLType | undefined {
  const steps = path.match(/\.\w+|\[\d+\]/g) ?? [];
  return steps.reduce<GraphQLType | undefined>((at, step) => at && inside(at, step), type);
}

function inside(type: GraphQLType, step: string): GraphQLType | undefined {
  if (step.startsWith('[')) {
    const list = getNullableType(type);
    return isListType(list) ? list.ofType : undefined;
  }
  const named = getNamedType(type);
  return isInputObjectType(named) ? named.getFields()[step.slice(1)]?.type : undefined;
}
