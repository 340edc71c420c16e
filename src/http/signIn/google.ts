/** Google as an issuer, which most teams that stream to YouTube have already. */
export const GOOGLE = 'https://accounts.google.com'

/** As it stands in its tokens: https://developers.google.com/identity/gsi/web/guides/verify-google-id-token */
export const namesOf = (issuer: string): string[] => (issuer === GOOGLE ? [GOOGLE, 'accounts.google.com'] : [issuer])
