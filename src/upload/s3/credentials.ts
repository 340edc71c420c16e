/** The keys that requests to an S3 store are signed with: out of a file, or of the variables that AWS' own programs use. */
import { readFile } from 'node:fs/promises'
import * as t from 'io-ts'
import { isLeft } from 'fp-ts/lib/Either.js'
import { S3Error } from './errors.js'

export interface Credentials {
  readonly accessKeyId: string
  readonly secretAccessKey: string
  readonly sessionToken?: string
}

export interface CredentialsSource {
  /** For people: where they come from. */
  readonly name: string
  /** Throws an S3Error that holds nothing of the content. */
  read(): Promise<Credentials>
}

const CredentialsFile = t.type({ access_key_id: t.string, secret_access_key: t.string })

/** A JSON file of `access_key_id` and `secret_access_key`. */
export const credentialsIn = (file: string): CredentialsSource => ({
  name: file,
  async read() {
    const wrong = (why: string) => new S3Error(`the credentials in ${file} ${why}`, 'refused')
    let parsed: unknown
    try {
      parsed = JSON.parse(await readFile(file, 'utf8'))
    } catch (error) {
      const code = (error as NodeJS.ErrnoException).code
      throw wrong(code === undefined ? 'are no JSON' : `can't be read (${code})`)
    }
    const decoded = CredentialsFile.decode(parsed)
    if (isLeft(decoded)) throw wrong('lack access_key_id or secret_access_key')
    return { accessKeyId: decoded.right.access_key_id, secretAccessKey: decoded.right.secret_access_key }
  },
})

export const credentialsOfEnvironment = (env: NodeJS.ProcessEnv): CredentialsSource => ({
  name: 'AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY',
  read() {
    const { AWS_ACCESS_KEY_ID: id, AWS_SECRET_ACCESS_KEY: secret, AWS_SESSION_TOKEN: token } = env
    if (!id || !secret)
      return Promise.reject(
        new S3Error(
          'there are no keys: name a file of them in the location’s credentials, or set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY',
          'refused',
        ),
      )
    return Promise.resolve({ accessKeyId: id, secretAccessKey: secret, ...(token && { sessionToken: token }) })
  },
})
