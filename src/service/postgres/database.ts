import { openEmbedded } from './embedded.js'
import { addressOf } from './address.js'

/** The database that a process uses. */
export interface Database {
  /** For a client to connect with; holds the password, so never to be printed but by request. */
  readonly url: string
  readonly kind: 'embedded' | 'server'
  /** Host, port, database and user on one line, without the password. */
  describe(): string
  /**
   * Calls back at most once, with one line: when the embedded server was lost and could come back only at another
   * address, so that `url` is of no use any longer and the process should be started anew. Lost connections are to be
   * expected at any time; a server that dies is brought back at the same address.
   */
  onLost(listener: (line: string) => void): void
  /** Stops the embedded server, unless another process uses it. Close all other connections before. */
  close(): Promise<void>
  [Symbol.asyncDispose](): Promise<void>
}

export interface DatabaseOptions {
  /** The folder of all that belongs to this machine; the embedded server's is `postgres` in it. */
  readonly dataDirectory: string
  /** A PostgreSQL server to use instead of the embedded one. It is not tried here: see check.ts. */
  readonly databaseUrl?: string | undefined
  /** Told, on one line each, what people should know: where things were put, that the server was lost and is back. */
  readonly onNotice: (line: string) => void
}

/**
 * The database at `databaseUrl`, or else the embedded PostgreSQL of `dataDirectory`: made, started or joined as needed.
 * Rejects with `DatabaseUnavailable`, whose message is one line, within about 30 s.
 */
export async function openDatabase(options: DatabaseOptions): Promise<Database> {
  if (options.databaseUrl !== undefined && options.databaseUrl !== '') {
    const nothing = () => Promise.resolve()
    return database(options.databaseUrl, 'server', { onLost: () => undefined, close: nothing })
  }
  const embedded = await openEmbedded({ dataDirectory: options.dataDirectory, onNotice: options.onNotice })
  return database(embedded.url, 'embedded', embedded)
}

function database(url: string, kind: Database['kind'], server: Pick<Database, 'onLost' | 'close'>): Database {
  return {
    url,
    kind,
    describe: () => addressOf(url),
    onLost: (listener) => server.onLost(listener),
    close: () => server.close(),
    [Symbol.asyncDispose]: () => server.close(),
  }
}
