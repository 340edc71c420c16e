/** Whether a text has the form of a JSON Web Token: three parts in base64url, of which that of the signature may be missing. */
export const isJwt = (text: string): boolean => /^[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]*$/.test(text)
