import type { Environment, SettingsContext } from '../../platform/setting.js';
import type { ProviderName } from '../../providers/message-sender.js';
import type { ProviderDefinition } from '../../providers/provider.js';
import type { Channel } from '../../texts/channel.js';

interface Parts {
  /** Every provider that the service has. */
  readonly providers: readonly ProviderDefinition[];
  readonly env: Environment;
  readonly context: SettingsContext;
}

/**
 * The providers that really send by a channel and whose settings are complete, in the order of the list of providers. Where
 * there is none, development takes those that show messages to a developer. A provider with a part of its settings is left
 * out with a warning, because somebody meant to use it.
 */
export function configuredFor(channel: Channel, { providers, env, context }: Parts): readonly ProviderName[] {
  const able = providers.filter((provider) => provider.channels.includes(channel));
  const sending = able.filter(({ developmentOnly }) => !developmentOnly);
  const judged = sending.map((provider) => ({ provider, missing: whatIsMissing(provider, channel, { env, context }) }));
  const complete = judged.filter(({ missing }) => missing === null).map(({ provider }) => provider);
  // Those of another provider that is complete say nothing: two products of one company share an account.
  const explained = new Set(complete.flatMap(({ settings }) => Object.keys(settings)));
  for (const { provider, missing } of judged) {
    if (missing !== null && isBegun(provider, { env, explained }))
      context.warn(`DELIVERY_ROUTES: ${channel}=auto does without ${provider.name}. ${missing}`);
  }
  const chosen = complete.length > 0 || context.production ? complete : able.filter((each) => each.developmentOnly);
  return chosen.map(({ name }) => name);
}

/** The first thing that its settings lack, or null. */
function whatIsMissing(
  provider: ProviderDefinition,
  channel: Channel,
  { env, context }: Pick<Parts, 'env' | 'context'>,
): string | null {
  const problems: string[] = [];
  provider.configure(env, {
    production: context.production,
    channels: new Set([channel]),
    complain: (problem) => problems.push(problem),
    warn: () => undefined,
  });
  return problems[0] ?? null;
}

function isBegun(
  { settings }: ProviderDefinition,
  { env, explained }: { env: Environment; explained: ReadonlySet<string> },
): boolean {
  return Object.keys(settings).some((name) => Boolean(env[name]?.trim()) && !explained.has(name));
}
