import pg from 'pg'

/** Where a connection URL leads, as its client reads it. */
export interface Target {
  /** A host name, an address, or the folder of a socket. */
  readonly host: string
  readonly port: number
  readonly database: string
  readonly user: string
  readonly hasPassword: boolean
}

/** What `url` means to the client that will use it, or undefined where it is no PostgreSQL URL. */
export function targetOf(url: string): Target | undefined {
  if (!/^postgres(ql)?:\/\/[^#]+$/i.test(url)) return undefined
  try {
    const client = new pg.Client({ connectionString: url })
    const { host, port, database, user, password } = client
    // An unencoded slash in a password makes its rest, and the host, look like a database's name.
    if (database?.includes('@') === true) return undefined
    if (!Number.isInteger(port) || port < 1 || port > 65_535) return undefined
    return { host, port, database: database ?? '', user: user ?? '', hasPassword: Boolean(password) }
  } catch {
    // The URL's parser quotes what it was given, password and all.
    return undefined
  }
}

/** What must not be shown of `url`; undefined where there is nothing. */
export function passwordOf(url: string): string | undefined {
  try {
    // the client declares fewer kinds than it has: it may also be a function that asks for one
    const password: unknown = new pg.Client({ connectionString: url }).password
    return typeof password === 'string' && password !== '' ? password : undefined
  } catch {
    return undefined
  }
}

/** Host, port, database and user of `url` on one line; never the password. */
export function addressOf(url: string): string {
  const target = targetOf(url)
  return target === undefined ? 'an invalid database URL' : describeTarget(target)
}

export function describeTarget(target: Target): string {
  const { host, port, database, user } = target
  return `database "${database}" at ${host.includes(':') ? `[${host}]` : host}:${port} as user "${user}"`
}
