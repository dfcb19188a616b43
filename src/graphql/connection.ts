import { GraphQLError } from 'graphql';
import { type ClassType, type Complexity, Field, ObjectType } from 'type-graphql';

/** Lists follow the Relay cursor connections specification, forwards only. Cursors are the services': opaque here. */
@ObjectType({ description: 'Where a page of a list begins and ends, and whether there is more of it.' })
export class PageInfo {
  @Field(() => Boolean, { description: 'Whether there is more: ask for it with `after: endCursor`.' })
  hasNextPage!: boolean;

  @Field(() => Boolean, {
    description: 'Whether this page was asked for with `after`, so that something comes before it.',
  })
  hasPreviousPage!: boolean;

  @Field(() => String, { nullable: true, description: 'Cursor of the first item of this page; null when it is empty.' })
  startCursor!: string | null;

  @Field(() => String, {
    nullable: true,
    description: 'Cursor of the last item of this page, to pass as `after` for the next one; null when it is empty.',
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
    @Field(() => String, { description: 'Marks this place in the list; pass it as `after` to go on behind it.' })
    cursor!: string;

    @Field(() => node, { description: 'The item itself.' })
    node!: Node;
  }

  @ObjectType(`${describe.name}Connection`, { description: describe.connection })
  class NodeConnection implements Connection<Node> {
    @Field(() => [NodeEdge], { description: 'The items of this page, in order, each with its cursor.' })
    edges!: NodeEdge[];

    @Field(() => PageInfo, { description: 'How to go on from this page.' })
    pageInfo!: PageInfo;
  }

  return NodeConnection;
}

/** A page as clients see it; its ends are the cursors of its first and last edge. */
export function connectionOf<Node>(page: {
  edges: Edge<Node>[];
  hasNextPage: boolean;
  hasPreviousPage: boolean;
}): Connection<Node> {
  const { edges, hasNextPage, hasPreviousPage } = page;
  const startCursor = edges[0]?.cursor ?? null;
  const endCursor = edges.at(-1)?.cursor ?? null;
  return { edges, pageInfo: { hasNextPage, hasPreviousPage, startCursor, endCursor } };
}

/**
 * What a page adds to the cost of a document (`complexity` of a field with the argument `first`).
 * @param most how many the list gives at once: what is beyond it, the list itself refuses
 */
export function costOfPage(most: number): Complexity {
  return ({ args, childComplexity }) => 1 + Math.min(Math.max(0, args['first'] ?? 0), most) * childComplexity;
}

/** An argument that the schema let through, but that the list refuses. */
export function argumentRefused(argument: string, problem: string): GraphQLError {
  return new GraphQLError(`Argument "${argument}" ${problem}`, { extensions: { code: 'BAD_USER_INPUT', argument } });
}
