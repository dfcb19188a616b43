/**
 * What a developer sees once the service is ready.
 * @param inbox whether there is one, and so whether codes are printed
 */
export function welcome(publicUrl: string, inbox: boolean): string {
  const codes = inbox
    ? `Codes are printed here, and shown at ${publicUrl}/inbox as they come. Ask for the first one:`
    : 'Codes are really sent. Ask for the first one:';
  return `
phone-accounts is ready:  ${publicUrl}/graphql   (in a browser: Apollo Sandbox)

${codes}

  mutation {
    requestOtp(input: { phoneNumber: "+255679190720" }) {
      __typename
      ... on RequestOtpSuccess { message phoneNumber expiresAt }
      ... on UserError { message }
    }
  }

`;
}
