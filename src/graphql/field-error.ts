import { Field, Int, ObjectType, registerEnumType } from 'type-graphql';

export enum FieldErrorCode {
  REQUIRED = 'REQUIRED',
  BLANK = 'BLANK',
  TOO_SHORT = 'TOO_SHORT',
  TOO_LONG = 'TOO_LONG',
  INVALID_FORMAT = 'INVALID_FORMAT',
  MISMATCH = 'MISMATCH',
  TAKEN = 'TAKEN',
  UNKNOWN = 'UNKNOWN',
  NOT_OFFERED = 'NOT_OFFERED',
  TOO_COMMON = 'TOO_COMMON',
  BREACHED = 'BREACHED',
  CONTAINS_OWN_DATA = 'CONTAINS_OWN_DATA',
  COUNTRY_CODE_MISSING = 'COUNTRY_CODE_MISSING',
  UNKNOWN_COUNTRY = 'UNKNOWN_COUNTRY',
  NOT_A_NUMBER = 'NOT_A_NUMBER',
  SEVERAL_NUMBERS = 'SEVERAL_NUMBERS',
}

registerEnumType(FieldErrorCode, {
  name: 'FieldErrorCode',
  description:
    'What is wrong with a field of the input. Values may be added: show `message` for one that you do not know.',
  valuesConfig: {
    REQUIRED: { description: 'This service needs the field, and it was left out.' },
    BLANK: { description: 'The field is empty, or has only spaces or invisible characters.' },
    TOO_SHORT: {
      description: 'The value is shorter than `minimum`. Of a phone number: shorter than numbers of its country.',
    },
    TOO_LONG: {
      description: 'The value is longer than `maximum`. Of a phone number: longer than numbers of its country.',
    },
    INVALID_FORMAT: { description: 'The value does not have the form that the field needs. `message` says which.' },
    MISMATCH: { description: 'The value differs from the field that it repeats, such as the password.' },
    TAKEN: { description: 'Another account has the value.' },
    UNKNOWN: { description: 'Nothing has this id.' },
    NOT_OFFERED: { description: 'The value is valid, but this service does not accept it.' },
    TOO_COMMON: { description: 'Too many people have this password.' },
    BREACHED: { description: 'The password is in a list of passwords from data breaches.' },
    CONTAINS_OWN_DATA: {
      description:
        'The password is made of the name, email address, phone number or country of the user, or of the name of the service.',
    },
    COUNTRY_CODE_MISSING: { description: 'The phone number does not begin with + and a country code.' },
    UNKNOWN_COUNTRY: { description: 'The phone number begins with a country code that no country has.' },
    NOT_A_NUMBER: { description: 'The text is no phone number, but for example an email address or a name.' },
    SEVERAL_NUMBERS: { description: 'The text has more than one phone number.' },
  },
});

@ObjectType({ description: 'What is wrong with one field of the input.' })
export class FieldError {
  @Field(() => String, { description: 'Path of the field inside the input, e.g. `phoneNumber`.' })
  field!: string;

  @Field(() => FieldErrorCode, { description: 'What is wrong with it, for a text of your own.' })
  code!: FieldErrorCode;

  @Field(() => String, { description: 'What is wrong with it, in English. Show it beside the field.' })
  message!: string;

  @Field(() => Int, {
    nullable: true,
    description:
      'With `TOO_SHORT`: the shortest length that is accepted. Null where it depends on the country of a phone number.',
  })
  minimum?: number | null;

  @Field(() => Int, {
    nullable: true,
    description:
      'With `TOO_LONG`: the greatest length that is accepted. Null where it depends on the country of a phone number.',
  })
  maximum?: number | null;
}
