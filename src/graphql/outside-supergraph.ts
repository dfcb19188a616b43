import type { GraphQLField } from 'graphql';
import { Extensions } from 'type-graphql';

const OUTSIDE = 'outsideSupergraph';

/**
 * Keeps a field out of supergraphs: staff and other services call this service itself. A supergraph is public, and should
 * neither offer what administrators do nor use up their names (docs/decisions/0055).
 */
export function OutsideSupergraph(): MethodDecorator {
  return Extensions({ [OUTSIDE]: true });
}

export function isOutsideSupergraph({ extensions }: Pick<GraphQLField<unknown, unknown>, 'extensions'>): boolean {
  return extensions[OUTSIDE] === true;
}

/** A decorator for fields that also stay outside supergraphs. */
export function keptOutside(decorator: MethodDecorator): MethodDecorator {
  return (target, name, descriptor) => {
    OutsideSupergraph()(target, name, descriptor);
    return decorator(target, name, descriptor);
  };
}
