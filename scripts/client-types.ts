import {
  type FieldNode,
  type GraphQLArgument,
  type GraphQLInputObjectType,
  type GraphQLObjectType,
  type GraphQLSchema,
  type GraphQLType,
  buildSchema,
  getNamedType,
  isEnumType,
  isInputObjectType,
  isListType,
  isNonNullType,
  isObjectType,
  isRequiredArgument,
  isRequiredInputField,
  isUnionType,
  parse,
  TypeInfo,
  validate,
  visit,
  visitWithTypeInfo,
} from 'graphql';
import { documentOf, type OperationName, operationNames } from '../client/src/documents.js';
import { FILLED } from '../client/src/filled-fields.js';
import { listDocument, passkeyDocuments } from '../client/src/passkey-documents.js';

const SCALARS: Readonly<Record<string, string>> = {
  ...{ String: 'string', ID: 'string', Int: 'number', Float: 'number', Boolean: 'boolean' },
  ...{ DateTime: 'string', JSON: 'unknown' },
};
const REMEMBERED = `/** An input of which the client knows some fields from the calls before. */
export type Remembered<Input, Known extends keyof Input> = Omit<Input, Known> & Partial<Pick<Input, Known>>;
`;
const HEAD = `// Made from schema.graphql by npm run generate. Descriptions are those of the schema.\n`;

/** Every document of the package. */
const documents: ReadonlyMap<string, string> = new Map([
  ...operationNames.map((name) => [name, documentOf(name)] as const),
  ...Object.entries(passkeyDocuments),
  ['passkeys', listDocument],
]);

/** The types of client/: what its operations take and answer, with the fields that its documents ask for. */
export function clientTypes(sdl: string): string {
  const schema = buildSchema(sdl);
  const selected = selectedFields(schema);
  const printer = new TypePrinter(schema, selected);
  const operations = operationNames
    .map((name) => printer.operation(name))
    .filter((call) => !/^ {2}refreshSession/m.test(call));
  const calls = `export interface Operations {\n${operations.join('\n\n')}\n}\n`;
  const ofPasskeys = Object.keys(passkeyDocuments).map((name) => printer.operation(name));
  const passkeyCalls = `/** Sent by \`createPasskeys\`. */\nexport interface PasskeyOperations {\n${ofPasskeys.join('\n\n')}\n}\n`;
  return [HEAD, REMEMBERED, ...printer.named(), calls, passkeyCalls].join('\n');
}

/** The documents of client/ by their SHA-256, for services that take no others. */
export async function clientDocuments(): Promise<string> {
  const hashed = await Promise.all([...documents.values()].map(async (text) => [await sha256(text), text] as const));
  return `${JSON.stringify(Object.fromEntries(hashed), null, 2)}\n`;
}

async function sha256(text: string): Promise<string> {
  const digest = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(text));
  return Buffer.from(digest).toString('hex');
}

type Selected = ReadonlyMap<string, ReadonlySet<string>>;

/** The fields of each type that any document asks for. @throws where a document does not fit the schema */
function selectedFields(schema: GraphQLSchema): Selected {
  const selected = new Map<string, Set<string>>();
  for (const [name, text] of documents) {
    const document = parse(text);
    const [problem] = validate(schema, document);
    if (problem) throw new Error(`The document ${name} of the client: ${problem.message}`);
    const info = new TypeInfo(schema);
    const note = ({ name: { value } }: FieldNode) => {
      const parent = info.getParentType();
      if (!parent || value.startsWith('__')) return;
      for (const type of isObjectType(parent) ? [parent] : schema.getPossibleTypes(parent)) {
        selected.set(type.name, (selected.get(type.name) ?? new Set()).add(value));
      }
    };
    visit(document, visitWithTypeInfo(info, { Field: note }));
  }
  return selected;
}

class TypePrinter {
  readonly #schema: GraphQLSchema;
  readonly #selected: Selected;
  readonly #printed = new Map<string, string>();

  constructor(schema: GraphQLSchema, selected: Selected) {
    this.#schema = schema;
    this.#selected = selected;
  }

  named(): string[] {
    return [...this.#printed].sort(([one], [other]) => (one < other ? -1 : 1)).map(([, text]) => text);
  }

  operation(name: string): string {
    if (name === 'sessions') return this.#sessions();
    const field = this.#field(name);
    if (!field) throw new Error(`The schema has no ${name}.`);
    const doc = comment(field.description, '  ');
    return `${doc}  ${name}(${this.#parameter(name)}): Promise<${this.#reference(field.type)}>;`;
  }

  #field(name: string) {
    return this.#schema.getMutationType()?.getFields()[name] ?? this.#schema.getQueryType()?.getFields()[name];
  }

  /** No field of the schema is called so: it is a part of `me`. */
  #sessions(): string {
    const user = this.#schema.getType('User') as GraphQLObjectType;
    const fields = ['sessions', 'devices'].map((name) => user.getFields()[name]);
    const types = fields.map((field) => field && `readonly ${field.name}: ${this.#reference(field.type)}`);
    const doc = comment('Where the signed-in user is signed in, and the devices that the account knows.', '  ');
    return `${doc}  sessions(): Promise<{ ${types.join('; ')} }>;`;
  }

  #parameter(name: string): string {
    // The client knows these tokens itself.
    if (name === 'refreshSession' || name === 'logout') return '';
    const filled: readonly string[] = FILLED[name as OperationName] ?? [];
    const [input] = this.#field(name)?.args ?? [];
    if (input?.name === 'input') {
      const type = getNamedType(input.type) as GraphQLInputObjectType;
      const own = Object.values(type.getFields()).filter((field) => isRequiredInputField(field));
      const known = own.filter((field) => filled.includes(field.name)).map((field) => `'${field.name}'`);
      const reference = this.#reference(type).replace(/ \| null$/, '');
      return `input: ${known.length > 0 ? `Remembered<${reference}, ${known.join(' | ')}>` : reference}`;
    }
    return this.#separateArguments(name, filled);
  }

  #separateArguments(name: string, filled: readonly string[]): string {
    const { args = [] } = this.#field(name) ?? {};
    if (args.length === 0) return '';
    const isOptional = (arg: GraphQLArgument) => !isRequiredArgument(arg) || filled.includes(arg.name);
    const fields = args.map((arg) => {
      const optional = isOptional(arg);
      return `readonly ${arg.name}${optional ? '?' : ''}: ${this.#reference(arg.type)}${optional ? ' | undefined' : ''}`;
    });
    return `input${args.every(isOptional) ? '?' : ''}: { ${fields.join('; ')} }`;
  }

  #reference(type: GraphQLType): string {
    if (isNonNullType(type)) return this.#notNull(type.ofType);
    return `${this.#notNull(type)} | null`;
  }

  #notNull(type: GraphQLType): string {
    if (isListType(type)) {
      const item = this.#reference(type.ofType);
      return `readonly ${item.includes(' ') ? `(${item})` : item}[]`;
    }
    const { name } = getNamedType(type);
    const scalar = SCALARS[name];
    if (scalar) return scalar;
    if (!this.#printed.has(name)) {
      this.#printed.set(name, '');
      this.#printed.set(name, this.#declaration(name));
    }
    return name;
  }

  #declaration(name: string): string {
    const type = this.#schema.getType(name);
    const doc = comment(type?.description, '');
    if (isEnumType(type)) {
      return `${doc}export type ${name} =\n${type
        .getValues()
        .map((value) => `  | '${value.name}'`)
        .join('\n')};\n`;
    }
    if (isUnionType(type)) {
      const members = type.getTypes().map((member) => `  | ${this.#notNull(member)}`);
      return `${doc}export type ${name} =\n${members.join('\n')};\n`;
    }
    if (isInputObjectType(type)) {
      const fields = Object.values(type.getFields()).map((field) => {
        const optional = !isRequiredInputField(field);
        const reference = this.#reference(field.type);
        return `${comment(field.description, '  ')}  readonly ${field.name}${optional ? '?' : ''}: ${reference}${optional ? ' | undefined' : ''};`;
      });
      return `${doc}export interface ${name} {\n${fields.join('\n')}\n}\n`;
    }
    if (isObjectType(type)) return `${doc}export interface ${name} {\n${this.#objectFields(type).join('\n')}\n}\n`;
    throw new Error(`${name} is of no kind that the client has.`);
  }

  #objectFields(type: GraphQLObjectType): string[] {
    // The documents ask for it where an answer is one of several types.
    const isMember = Object.values(this.#schema.getTypeMap()).some(
      (union) => isUnionType(union) && union.getTypes().includes(type),
    );
    const fields = Object.values(type.getFields())
      .filter(
        ({ name }) =>
          this.#selected.get(type.name)?.has(name) &&
          !(type.name === 'User' && /^(sessions|devices|passkeys)$/.test(name)),
      )
      .map((field) => `${comment(field.description, '  ')}  readonly ${field.name}: ${this.#reference(field.type)};`);
    return [...(isMember ? [`  readonly __typename: '${type.name}';`] : []), ...fields];
  }
}

function comment(text: string | null | undefined, indent: string): string {
  return text ? `${indent}/** ${text.replaceAll('*/', '*\\/').replaceAll('\n', `\n${indent} * `)} */\n` : '';
}
