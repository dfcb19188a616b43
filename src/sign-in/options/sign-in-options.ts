import type { CaptchaProviderName } from '../../captcha/captcha-providers.js';
import type { CaptchaSettings } from '../../captcha/open-captcha.js';
import type { DeliveryRoutes } from '../../messaging/delivery-routes.js';
import { OTP_LENGTH } from '../../otp/otp-code.js';
import { type Country, countriesOf } from '../../phone/country.js';
import type { Passkeys } from '../../passkeys/passkeys.js';
import type { DestinationRules } from '../../phone/destination.js';
import type { PhoneNumberRules } from '../../phone/phone-number.js';
import { type PhoneChannel, phoneChannels } from '../../texts/channel.js';
import { supportedLocales } from '../../texts/locale.js';
import { passwordLengths } from '../../users/password-policy.js';
import type { SignInConfig } from '../sign-in.settings.js';

/** What a front end must know about this service before anyone signs in. It holds nothing about any person. */
export interface SignInOptions {
  readonly channels: readonly PhoneChannel[];
  readonly countries: readonly Country[];
  readonly defaultCountry: string | null;
  readonly codeLength: number;
  readonly registrationNeedsCode: boolean;
  readonly registrationFields: readonly string[];
  readonly unknownPhone: SignInConfig['unknownPhone'];
  readonly captcha: {
    readonly mode: 'on-suspicion' | 'always';
    readonly provider: CaptchaProviderName;
    readonly siteKey: string;
  } | null;
  /** Null: no passkey can be added. */
  readonly passkeys: { readonly rpId: string } | null;
  readonly password: { readonly minimumLength: number; readonly maximumLength: number };
  readonly locales: readonly string[];
}

export interface SignInOptionsSettings extends SignInConfig {
  readonly phoneNumbers: PhoneNumberRules;
  readonly destinations: DestinationRules;
  readonly captcha: CaptchaSettings;
  readonly delivery: { readonly routes: DeliveryRoutes };
}

export function signInOptions(settings: SignInOptionsSettings, passkeys: Passkeys): SignInOptions {
  const { phoneNumbers, destinations, codeRequired, requiredFields, unknownPhone, captcha, delivery } = settings;
  const channels = phoneChannels.filter((channel) => delivery.routes.offers(channel));
  const reached = ({ code: country }: Country) =>
    channels.some((channel) => delivery.routes.providersOf({ channel, country }).length > 0);
  let countries: readonly Country[] | null = null;
  return {
    channels,
    /** At the first question: an example number for each of them would delay the start. */
    get countries() {
      countries ??= countriesOf(destinations).filter(reached);
      return countries;
    },
    defaultCountry: phoneNumbers.defaultRegion,
    codeLength: OTP_LENGTH,
    registrationNeedsCode: codeRequired,
    registrationFields: requiredFields,
    unknownPhone,
    captcha: captchaOptions(captcha),
    passkeys: passkeys.adding && passkeys.ceremonies ? { rpId: passkeys.ceremonies.rpId } : null,
    password: passwordLengths,
    locales: supportedLocales,
  };
}

/** Without the secret. */
function captchaOptions(captcha: CaptchaSettings): SignInOptions['captcha'] {
  if (captcha.mode === 'off') return null;
  const { mode, provider, siteKey } = captcha;
  return { mode, provider, siteKey };
}
