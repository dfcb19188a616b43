/** Stands in for graphql-shield in the bundle (build.js). */
export function rule() {
  throw new Error('The build leaves graphql-shield out.');
}
