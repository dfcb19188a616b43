import { once } from 'node:events';
import { createServer, type IncomingMessage } from 'node:http';
import { buildSchema, graphql, type GraphQLSchema } from 'graphql';

/** A subgraph beside this service: products, each with its seller. It knows users by their ids, and has its own PageInfo. */

export const PRODUCTS = `
  extend schema @link(url: "https://specs.apollo.dev/federation/v2.3", import: ["@key", "@shareable"])

  type Query {
    products(first: Int! = 20): ProductConnection!
  }

  type Product @key(fields: "id") {
    id: ID!
    name: String!
    seller: User
  }

  type User @key(fields: "id") {
    id: ID!
    products: [Product!]!
  }

  type ProductConnection {
    nodes: [Product!]!
    pageInfo: PageInfo!
  }

  type PageInfo @shareable {
    hasNextPage: Boolean!
    hasPreviousPage: Boolean!
    startCursor: String
    endCursor: String
  }
`;

export interface ProductSubgraph {
  readonly url: string;
  close(): Promise<void>;
}

interface Product {
  readonly __typename: 'Product';
  readonly id: string;
  readonly name: string;
  readonly seller: object;
}

/** @param sellers ids of users, one for each product */
export async function startProducts(sellers: readonly string[]): Promise<ProductSubgraph> {
  const products = sellers.map((id, index): Product => {
    const seller = { __typename: 'User', id };
    return { __typename: 'Product', id: `p${index}`, name: `Product ${index}`, seller };
  });
  const root = {
    products: ({ first }: { first: number }) => ({
      nodes: products.slice(0, first),
      pageInfo: { hasNextPage: first < products.length, hasPreviousPage: false },
    }),
    _entities: ({ representations }: { representations: { __typename: string; id: string }[] }) =>
      representations.map(({ __typename, id }) =>
        __typename === 'User'
          ? { __typename, id, products: products.filter((_, index) => sellers[index] === id) }
          : products.find((product) => product.id === id),
      ),
  };
  const schema = executable();
  const server = createServer(async (request, response) => {
    const { query: source, variables: variableValues } = JSON.parse(await bodyOf(request));
    const result = await graphql({ schema, source, variableValues, rootValue: root });
    response.setHeader('content-type', 'application/json').end(JSON.stringify(result));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  return {
    url: `http://127.0.0.1:${typeof address === 'object' && address ? address.port : 0}/graphql`,
    async close() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

/** Without the directives of Federation, and with what gateways ask for. */
function executable(): GraphQLSchema {
  const types = PRODUCTS.replace(/extend schema .*/, '').replace(/@key\(fields: "id"\)|@shareable/g, '');
  return buildSchema(`${types}
    scalar _Any
    union _Entity = Product | User
    extend type Query { _entities(representations: [_Any!]!): [_Entity]! }`);
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk);
  return Buffer.concat(chunks).toString('utf8');
}
