import { GraphQLError } from 'graphql';
import { type ClassType, type Complexity, Field, ObjectType } from 'type-graphql';
import type { PageOutcome } from '../platform/page.js';

/** Lists follow the Relay cursor connections specification, forwards only. Services make the cursors. */
@ObjectType({ description: 'The position of a page in its list.' })
export class PageInfo {
  @Field(() => Boolean, { description: 'Whether more items follow. Ask for them with `after: endCursor`.' })
  hasNextPage!: boolean;

  @Field(() => Boolean, {
    description: 'Whether items come before this page: it was requested with `after`.',
  })
  hasPreviousPage!: boolean;

  @Field(() => String, { nullable: true, description: 'Cursor of the first item. Null: the page is empty.' })
  startCursor!: string | null;

  @Field(() => String, {
    nullable: true,
    description: 'Cursor of the last item. Pass it as `after` to get the next page. Null: the page is empty.',
  })
  endCursor!: string | null;
}

export interface Edge<Node> {
  cursor: string;
  node: Node;
}

export interface Connection<Node> {
  edges: Edge<Node>[];
  pageInfo: PageInfo;
}

/** Makes the object types `<name>Edge` and `<name>Connection`. */
export function connectionType<Node extends object>(
  node: ClassType<Node>,
  describe: { name: string; connection: string; edge: string },
): ClassType<Connection<Node>> {
  @ObjectType(`${describe.name}Edge`, { description: describe.edge })
  class NodeEdge implements Edge<Node> {
    @Field(() => String, { description: 'The position of the item. Pass it as `after` to continue after it.' })
    cursor!: string;

    @Field(() => node, { description: 'The item at this position.' })
    node!: Node;
  }

  @ObjectType(`${describe.name}Connection`, { description: describe.connection })
  class NodeConnection implements Connection<Node> {
    @Field(() => [NodeEdge], { description: 'The items of this page in order, each with its cursor.' })
    edges!: NodeEdge[];

    @Field(() => PageInfo, { description: 'How to get the next page.' })
    pageInfo!: PageInfo;
  }

  return NodeConnection;
}

/**
 * A page as clients see it.
 * @throws BAD_USER_INPUT for a page that there is not
 */
export function toConnection<Item, Node>(
  page: PageOutcome<Item>,
  most: number,
  toNode: (item: Item) => Node,
): Connection<Node> {
  switch (page.kind) {
    case 'page': {
      const edges = page.edges.map(({ cursor, node }) => ({ cursor, node: toNode(node) }));
      const { hasNextPage, hasPreviousPage } = page;
      const startCursor = edges[0]?.cursor ?? null;
      const endCursor = edges.at(-1)?.cursor ?? null;
      return { edges, pageInfo: { hasNextPage, hasPreviousPage, startCursor, endCursor } };
    }
    case 'first_out_of_range':
      throw argumentRefused('first', `must be from 1 to ${most}.`);
    case 'malformed_cursor':
      throw argumentRefused('after', 'must be a cursor that this list gave for the same arguments.');
  }
}

/**
 * The cost of a page (`complexity` of a field with the argument `first`).
 * @param most the largest page of the list, which refuses larger ones itself
 */
export function costOfPage(most: number): Complexity {
  return ({ args, childComplexity }) => 1 + Math.min(Math.max(0, args['first'] ?? 0), most) * childComplexity;
}

/** The error for an argument that the schema allows and the list refuses. */
export function argumentRefused(argument: string, problem: string): GraphQLError {
  return new GraphQLError(`Argument "${argument}" ${problem}`, { extensions: { code: 'BAD_USER_INPUT', argument } });
}
