import { Field, Int, ObjectType, registerEnumType } from 'type-graphql';
import { CaptchaProvider } from '../../graphql/captcha-provider.js';
import { OtpChannelName } from '../../messaging/otp-channel.types.js';
import { countryCount } from '../../phone/country.js';

export enum UnknownPhonePolicy {
  SIGN_UP = 'SIGN_UP',
  REGISTER = 'REGISTER',
  REJECT = 'REJECT',
}

registerEnumType(UnknownPhonePolicy, {
  name: 'UnknownPhonePolicy',
  description: 'What a code for a number without an account does (UNKNOWN_PHONE).',
  valuesConfig: {
    SIGN_UP: { description: 'A code is sent, and `verifyOtp` creates an account.' },
    REGISTER: {
      description: 'A code is sent, and `verifyOtp` answers with `RegistrationRequiredError`: call `register`.',
    },
    REJECT: { description: '`requestOtp` sends nothing and answers with `UserNotFoundError`.' },
  },
});

export enum CaptchaMode {
  ON_SUSPICION = 'ON_SUSPICION',
  ALWAYS = 'ALWAYS',
}

registerEnumType(CaptchaMode, {
  name: 'CaptchaMode',
  description: 'When calls need a CAPTCHA.',
  valuesConfig: {
    ON_SUSPICION: { description: 'Only if a call is suspicious: show the widget after a `CaptchaRequiredError`.' },
    ALWAYS: { description: 'Codes, sign-ins and registrations: show the widget at once.' },
  },
});

@ObjectType({ simpleResolvers: true, description: 'A country that codes are sent to.' })
export class SignInCountry {
  @Field(() => String, { description: 'ISO 3166-1 alpha-2, e.g. `NP`.' })
  code!: string;

  @Field(() => String, { description: 'How numbers of the country begin, e.g. `+977`. Some countries share one.' })
  callingCode!: string;

  @Field(() => String, {
    nullable: true,
    description: 'A mobile number in international form, to show as an example: `+977 984 1234567`.',
  })
  exampleNumber!: string | null;
}

@ObjectType({ simpleResolvers: true, description: 'The CAPTCHA of this service.' })
export class CaptchaOptions {
  @Field(() => CaptchaProvider, { description: 'Whose widget to show.' })
  provider!: CaptchaProvider;

  @Field(() => String, { description: 'The public key for the widget.' })
  siteKey!: string;

  @Field(() => CaptchaMode, { description: 'When calls need a CAPTCHA.' })
  mode!: CaptchaMode;
}

@ObjectType({ simpleResolvers: true, description: 'How this service uses passkeys.' })
export class PasskeyOptions {
  @Field(() => String, { description: 'The RP ID: the domain that passkeys belong to.' })
  rpId!: string;
}

@ObjectType({
  simpleResolvers: true,
  description: 'What a form can check in a new password. Other rules are in `InvalidInputError`.',
})
export class PasswordRules {
  @Field(() => Int, { description: 'The shortest password, in characters.' })
  minimumLength!: number;

  @Field(() => Int, { description: 'The longest password, in characters.' })
  maximumLength!: number;
}

@ObjectType('SignInOptions', {
  simpleResolvers: true,
  description: 'How this service signs people in. It is the same for everyone until the settings change.',
})
export class SignInOptionsType {
  @Field(() => [OtpChannelName], {
    description: 'How codes can be sent. A channel may be missing in some countries.',
  })
  channels!: OtpChannelName[];

  @Field(() => [SignInCountry], {
    description: 'The countries that codes are sent to, in the order of their codes.',
    complexity: ({ childComplexity }) => 1 + countryCount * childComplexity,
  })
  countries!: SignInCountry[];

  @Field(() => String, {
    nullable: true,
    description: 'The country of numbers without a country code (DEFAULT_REGION). Null: numbers need one.',
  })
  defaultCountry!: string | null;

  @Field(() => Int, { description: 'How many digits a code has.' })
  codeLength!: number;

  @Field(() => Boolean, { description: 'Whether `register` needs a `verificationCode`: call `requestOtp` first.' })
  registrationNeedsCode!: boolean;

  @Field(() => [String], {
    description:
      'The fields that `register` requires beside `phoneNumber` (REGISTRATION_FIELDS). With a password, `passwordConfirm`, too.',
  })
  registrationFields!: string[];

  @Field(() => UnknownPhonePolicy, { description: 'What a code for a number without an account does.' })
  unknownPhone!: UnknownPhonePolicy;

  @Field(() => CaptchaOptions, { nullable: true, description: 'Null: this service has no CAPTCHA.' })
  captcha!: CaptchaOptions | null;

  @Field(() => PasskeyOptions, {
    nullable: true,
    description: 'Null: no passkeys are added (PASSKEY_POLICY=off). Those that people have still sign them in.',
  })
  passkeys!: PasskeyOptions | null;

  @Field(() => PasswordRules, { description: 'Rules for new passwords.' })
  password!: PasswordRules;

  @Field(() => [String], { description: 'The languages of messages (BCP 47), for `locale`.' })
  locales!: string[];
}
