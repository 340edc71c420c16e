import { readFile } from 'node:fs/promises'
import * as t from 'io-ts'
import { isLeft } from 'fp-ts/lib/Either.js'
import { YoutubeError } from './errors.js'
import type { Credentials } from './tokens.js'

const CredentialsFile = t.type({ client_id: t.string, client_secret: t.string, refresh_token: t.string })

/** Reads a JSON file of `client_id`, `client_secret` and `refresh_token`. Throws a YoutubeError that holds nothing of its content. */
export async function readCredentials(file: string): Promise<Credentials> {
  const wrong = (why: string) => new YoutubeError(`the credentials in ${file} ${why}`, { _tag: 'account' })
  let parsed: unknown
  try {
    parsed = JSON.parse(await readFile(file, 'utf8'))
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code
    throw wrong(code === undefined ? 'are no JSON' : `can't be read (${code})`)
  }
  const decoded = CredentialsFile.decode(parsed)
  if (isLeft(decoded)) throw wrong('lack client_id, client_secret or refresh_token')
  const { client_id: clientId, client_secret: clientSecret, refresh_token: refreshToken } = decoded.right
  return { clientId, clientSecret, refreshToken }
}
