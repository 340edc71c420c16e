/** A real issuer of ID tokens on this machine, with a description of itself and keys, and tokens of it that are no good. */
import { SignJWT } from 'jose'
import { OAuth2Server } from 'oauth2-mock-server'

export const AUDIENCE = 'films.example.org'
export const EMAIL = 'ada@example.org'

type Claims = Readonly<Record<string, unknown>>

export interface Issuer extends AsyncDisposable {
  readonly url: string
  /** A good token of `EMAIL`, but for `claims` (undefined takes one away) and for what `header` says. */
  token(claims?: Claims, header?: Claims): Promise<string>
  /** From now on it signs with another key. The ones before are still good, unless they are forgotten. */
  rotate(before: 'kept' | 'forgotten'): Promise<void>
  stop(): Promise<void>
  start(): Promise<void>
}

export async function startIssuer(): Promise<Issuer> {
  let server = new OAuth2Server()
  let { kid } = await server.issuer.keys.generate('RS256')
  await server.start(0, '127.0.0.1')
  const { port } = server.address()
  const url = server.issuer.url ?? ''
  const start = () => server.start(port, '127.0.0.1')
  const stop = async () => void (server.listening && (await server.stop()))
  return {
    url,
    token(claims = {}, header = {}) {
      server.issuer.url = url
      return server.issuer.buildToken({
        kid,
        scopesOrTransform(head, payload) {
          Object.assign(payload, good, claims)
          for (const name of Object.keys(claims)) if (claims[name] === undefined) delete payload[name]
          Object.assign(head, header)
        },
      })
    },
    async rotate(before) {
      if (before === 'forgotten') {
        await stop()
        server = new OAuth2Server()
      }
      kid = (await server.issuer.keys.generate('RS256')).kid
      if (before === 'forgotten') await start()
    },
    stop,
    start,
    [Symbol.asyncDispose]: stop,
  }
}

const good = { aud: AUDIENCE, sub: '1234', email: EMAIL, email_verified: true }

const nowSeconds = (): number => Math.floor(Date.now() / 1000)
const part = (content: unknown): string => Buffer.from(JSON.stringify(content)).toString('base64url')

/** By what is wrong with each. `stranger` is another issuer, who would like to be taken for the first. */
export async function badTokens(issuer: Issuer, stranger: Issuer): Promise<Readonly<Record<string, string>>> {
  const token = await issuer.token()
  const [head = '', payload = '', signature = ''] = token.split('.')
  const header = JSON.parse(Buffer.from(head, 'base64url').toString('utf8')) as Claims
  const { keys } = (await (await fetch(`${issuer.url}/jwks`)).json()) as { keys: { n: string }[] }
  const everything = { ...good, iss: issuer.url, iat: nowSeconds(), exp: nowSeconds() + 3600 }
  return {
    expired: await issuer.token({ exp: nowSeconds() - 3600 }),
    'that never expires': await issuer.token({ exp: undefined }),
    'signed by a stranger': await stranger.token({ iss: issuer.url }),
    "signed by a stranger, with the name of the issuer's key": await stranger.token(
      { iss: issuer.url },
      { kid: header['kid'] },
    ),
    'that was changed': [head, part({ ...everything, email: 'eve@example.org' }), signature].join('.'),
    'for another audience': await issuer.token({ aud: 'other.example.org' }),
    'for no audience': await issuer.token({ aud: undefined }),
    'for several, made for another': await issuer.token({ aud: [AUDIENCE, 'other'], azp: 'other' }),
    'of another issuer': await stranger.token(),
    'that names another issuer': await issuer.token({ iss: stranger.url }),
    'with alg none': [part({ alg: 'none', typ: 'JWT' }), payload, ''].join('.'),
    'with alg none and a signature': [part({ ...header, alg: 'none' }), payload, signature].join('.'),
    'signed with the public key as a secret': await new SignJWT(everything)
      .setProtectedHeader({ alg: 'HS256', kid: String(header['kid']), typ: 'JWT' })
      .sign(Buffer.from(keys[0]?.n ?? '', 'base64url')),
    'that is not valid yet': await issuer.token({ nbf: nowSeconds() + 3600 }),
    'issued in the future': await issuer.token({ iat: nowSeconds() + 3600 }),
    'whose address is not verified': await issuer.token({ email_verified: false }),
    'that does not say whether its address is verified': await issuer.token({ email_verified: undefined }),
    'without an address': await issuer.token({ email: undefined }),
    'for access, not for who it is': await issuer.token({}, { typ: 'at+jwt' }),
    'that is none': 'hunter2',
    'that only looks like one': 'a.b.c',
    'that looks like a key': `rk_${'A'.repeat(43)}`,
  }
}
