/** A verified account with nothing in it but its number, as `verifyOtp` answers with it. */
export function emptyAccount(phoneNumber: string, { id, createdAt, updatedAt }: { [field: string]: unknown }) {
  return {
    ...{ id, phoneNumber, phoneVerified: true, email: null, emailVerified: false, username: null },
    ...{ firstName: null, lastName: null, locale: null, hasPassword: false, role: 'USER', location: null },
    marketplace: { hasAccess: false, businessType: null, shopId: null, b2bVerified: false },
    ...{ createdAt, updatedAt },
  };
}
