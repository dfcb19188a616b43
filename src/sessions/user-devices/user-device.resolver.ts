import { Ctx, FieldResolver, Resolver, Root } from 'type-graphql';
import { UserType } from '../../users/user.type.js';
import type { SessionContext } from '../session.context.js';
import { DeviceType, toDeviceType } from './user-device.type.js';

/** The number of devices of a user that the cost of a document is counted with. */
const MANY_DEVICES = 3;

@Resolver(() => UserType)
export class UserDeviceResolver {
  @FieldResolver(() => [DeviceType], {
    description: 'The devices that the account knows, the latest used first.',
    complexity: ({ childComplexity }) => 1 + MANY_DEVICES * childComplexity,
  })
  async devices(@Root() user: UserType, @Ctx() { loaders }: SessionContext): Promise<DeviceType[]> {
    return (await loaders.devicesOf.load(user.id)).map(toDeviceType);
  }
}
