/** What a developer sees once the service is ready. */
export function welcome(publicUrl: string): string {
  return `
phone-accounts is ready:  ${publicUrl}/graphql   (in a browser: Apollo Sandbox)

Codes are printed here. Ask for the first one:

  mutation {
    requestOtp(input: { phoneNumber: "+255679190720" }) {
      __typename
      ... on RequestOtpSuccess { message phoneNumber expiresAt }
      ... on UserError { message }
    }
  }

`;
}
