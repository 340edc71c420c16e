/** Takes secrets out of what is said: what others put into their messages, we repeat. */

const HIDDEN = '[hidden]'

const shapes: readonly [pattern: RegExp, instead: string][] = [
  // user:password@ of any address
  [/\b([a-z][a-z0-9+.-]*:\/\/)[^\s/@:]*:[^\s/]*@/gi, `$1${HIDDEN}@`],
  [/\b(Bearer|Basic)\s+[A-Za-z0-9._~+/=-]{8,}/gi, `$1 ${HIDDEN}`],
  // ID tokens
  [/\beyJ[A-Za-z0-9_-]{5,}\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]*/g, HIDDEN],
  // Google's access and refresh tokens, and client secrets
  [/\bya29\.[A-Za-z0-9._-]+|\b1\/\/[A-Za-z0-9_-]{10,}|\bGOCSPX-[A-Za-z0-9_-]+/g, HIDDEN],
  // a field that is called so, in JSON, in a query or in a form
  [
    /((?:refresh|access|id)_token|client_secret|secret_access_key|password|passwd|api[_-]?key|signature)("?\s*[:=]\s*"?)[^\s"&,;}]+/gi,
    `$1$2${HIDDEN}`,
  ],
]

/** @param known secrets that have no shape of their own, such as a password; those of less than four letters are in every text. */
export function redacting(known: readonly string[] = []): (text: string) => string {
  const long = known
    .flatMap((secret) => [secret, encodeURIComponent(secret)])
    .filter((secret) => secret.length >= 4)
    .sort((a, b) => b.length - a.length)
  return (text) => {
    const without = long.reduce((rest, secret) => rest.replaceAll(secret, HIDDEN), text)
    return shapes.reduce((rest, [pattern, instead]) => rest.replace(pattern, instead), without)
  }
}
