import { readFileSync } from 'node:fs';
import { composeServices } from '@apollo/composition';
import { parse } from 'graphql';
import { PRODUCTS } from './products.js';

/** `subgraph.graphql`, which operators give to their registry. */
export const ACCOUNTS = readFileSync(new URL('../../../subgraph.graphql', import.meta.url), 'utf8');

/** The supergraph of this service and of products, as Apollo composes it. */
export function supergraph(urls: { readonly accounts: string; readonly products: string }, products = PRODUCTS) {
  return composeServices([
    { name: 'accounts', url: urls.accounts, typeDefs: parse(ACCOUNTS) },
    { name: 'products', url: urls.products, typeDefs: parse(products) },
  ]);
}
