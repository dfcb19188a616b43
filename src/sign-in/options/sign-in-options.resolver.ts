import { Ctx, Query, Resolver } from 'type-graphql';
import { captchaProvider } from '../../graphql/captcha-provider.js';
import { FieldRateLimit } from '../../graphql/field-rate-limit.js';
import { PublicAnswer } from '../../graphql/public-answers.js';
import { OtpChannelName } from '../../messaging/otp-channel.types.js';
import type { SignInContext } from '../sign-in.context.js';
import type { SignInOptions } from './sign-in-options.js';
import { CaptchaMode, SignInOptionsType, UnknownPhonePolicy } from './sign-in-options.types.js';

/** Seconds. A changed setting shows after this time. */
const MAX_AGE = 300;

const POLICIES = {
  'sign-up': UnknownPhonePolicy.SIGN_UP,
  register: UnknownPhonePolicy.REGISTER,
  reject: UnknownPhonePolicy.REJECT,
} as const;

const MODES = { 'on-suspicion': CaptchaMode.ON_SUSPICION, always: CaptchaMode.ALWAYS } as const;

@Resolver()
export class SignInOptionsResolver {
  @FieldRateLimit()
  @PublicAnswer(MAX_AGE)
  @Query(() => SignInOptionsType, {
    description:
      'How this service signs people in: what a front end must know before it shows a form. Anyone may ask. A GET request ' +
      'that asks for nothing else, without credentials, may be cached for 5 minutes.',
  })
  signInOptions(@Ctx() { services }: SignInContext): SignInOptionsType {
    return toType(services.signInOptions);
  }
}

function toType({ channels, unknownPhone, captcha, ...others }: SignInOptions): SignInOptionsType {
  return Object.assign(new SignInOptionsType(), others, {
    channels: channels.map((channel) => OtpChannelName[channel]),
    unknownPhone: POLICIES[unknownPhone],
    captcha: captcha && { ...captcha, provider: captchaProvider[captcha.provider], mode: MODES[captcha.mode] },
  });
}
