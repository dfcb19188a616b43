import { MOST_AT_ONCE } from './pages.js';

/** Descriptions of the arguments of a list. */
export const PAGE_ARGUMENTS = {
  first: `How many, 1 to ${MOST_AT_ONCE}.`,
  after: '`pageInfo.endCursor` of the previous page, with the same arguments. Absent: the first page.',
};
