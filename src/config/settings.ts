import { accountSettings } from '../account/account.settings.js';
import { consoleSettings } from '../admin/console-page/console.settings.js';
import { auditSettings } from '../audit/audit.settings.js';
import { budgetSettings } from '../budgets/budgets.settings.js';
import { captchaSettings } from '../captcha/captcha.settings.js';
import { costSettings } from '../costs/costs.settings.js';
import { databaseSettings } from '../database/database.settings.js';
import { eventSettings } from '../events/events.settings.js';
import { serviceTokenSettings } from '../service-tokens/service-tokens.settings.js';
import { httpSettings } from '../http/http.settings.js';
import { inboxSettings } from '../inbox/inbox.settings.js';
import { messagingSettings } from '../messaging/messaging.settings.js';
import { noticeSettings } from '../notices/notices.settings.js';
import { numberProofSettings } from '../number-proofs/number-proofs.settings.js';
import { numberSignalSettings } from '../number-signals/number-signals.settings.js';
import { otpSettings } from '../otp/otp.settings.js';
import { passkeySettings } from '../passkeys/passkeys.settings.js';
import { phoneSettings } from '../phone/phone.settings.js';
import type { SettingsByName } from '../platform/setting.js';
import type { ProviderDefinition } from '../providers/provider.js';
import { providerList } from '../providers/provider-list.js';
import { pumpingSettings } from '../pumping/pumping.settings.js';
import { sessionSettings } from '../sessions/sessions.settings.js';
import { signInSettings } from '../sign-in/sign-in.settings.js';
import { subgraphSettings } from '../subgraph/subgraph.settings.js';
import { textSettings } from '../texts/texts.settings.js';
import { userSettings } from '../users/users.settings.js';
import { processSettings } from './process.settings.js';

/** The settings of every room, in the order in which the documents show them. */
export function roomSettings(providers: readonly ProviderDefinition[]) {
  return {
    ...processSettings,
    ...httpSettings,
    ...databaseSettings,
    ...auditSettings,
    ...sessionSettings,
    ...signInSettings,
    ...phoneSettings,
    ...otpSettings,
    ...budgetSettings,
    ...costSettings,
    ...pumpingSettings,
    ...userSettings,
    ...accountSettings,
    ...passkeySettings,
    ...captchaSettings,
    ...numberProofSettings,
    ...numberSignalSettings,
    ...textSettings,
    ...messagingSettings(providers),
    ...noticeSettings,
    ...eventSettings,
    ...serviceTokenSettings,
    ...subgraphSettings,
    ...inboxSettings,
    ...consoleSettings,
  } as const;
}

/** The settings of every provider. */
export function providerSettings(providers: readonly ProviderDefinition[]): SettingsByName {
  return Object.assign({}, ...providers.map((provider) => provider.settings));
}

/** Every setting that there is. Names are public; durations are in seconds. */
export const settings: SettingsByName = { ...roomSettings(providerList), ...providerSettings(providerList) };
