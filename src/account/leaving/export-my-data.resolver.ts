import { GraphQLJSON } from 'graphql-scalars';
import { Ctx, Query, Resolver } from 'type-graphql';
import { FieldRateLimit } from '../../graphql/field-rate-limit.js';
import { requireSession, SignedIn } from '../../graphql/signed-in.js';
import type { AccountContext } from '../account.context.js';

@Resolver()
export class ExportMyDataResolver {
  @FieldRateLimit()
  @SignedIn()
  @Query(() => GraphQLJSON, {
    description:
      'Everything that is kept about the signed-in user, as one JSON object: a list for each kind of record, with the ' +
      'names of docs/account.md. It has no secrets: no password hash, and nothing that codes or tokens are made from.',
  })
  async exportMyData(@Ctx() context: AccountContext): Promise<object> {
    const session = await requireSession(context);
    return context.services.exportMyData.exportData({ session, origin: context.client });
  }
}
