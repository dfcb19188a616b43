import { argumentRefused, type Connection, connectionOf } from '../graphql/connection.js';
import { MOST_AT_ONCE, type PageOutcome } from './pages.js';

/** A page as clients see it. @throws BAD_USER_INPUT for a page that there is not */
export function toConnection<Item, Node>(page: PageOutcome<Item>, toNode: (item: Item) => Node): Connection<Node> {
  switch (page.kind) {
    case 'page':
      return connectionOf({ ...page, edges: page.edges.map(({ cursor, node }) => ({ cursor, node: toNode(node) })) });
    case 'first_out_of_range':
      throw argumentRefused('first', `must be from 1 to ${MOST_AT_ONCE}.`);
    case 'malformed_cursor':
      throw argumentRefused('after', 'must be a cursor that this list gave.');
  }
}

export const PAGE_ARGUMENTS = {
  first: `How many, 1 to ${MOST_AT_ONCE}.`,
  after: '`pageInfo.endCursor` of the previous page, with the same arguments. Absent: the first page.',
};
