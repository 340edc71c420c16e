/** Brings the database's schema up to date from the SQL files of `migrations/`. */
import { readdir } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import pg from 'pg'

const folder = fileURLToPath(new URL('../../migrations', import.meta.url))
const schema = 'reelstate'
const table = 'migrations'

/** Runs what has not run yet; nodes that start at the same time wait for one another. @returns the names of what ran. */
export async function migrate(url: string): Promise<string[]> {
  if (await isUpToDate(url)) return []
  // takes longer to load than most commands to run, and is hardly ever needed
  const { runner } = await import('node-pg-migrate')
  // as long as it takes, and as long as others take before
  const client = clientOf({ connectionString: url })
  await client.connect()
  try {
    const ran = await runner({
      dbClient: client,
      dir: `${folder}/*.sql`,
      useGlob: true,
      direction: 'up',
      migrationsTable: table,
      migrationsSchema: schema,
      createMigrationsSchema: true,
      advisoryLockMode: 'wait',
      log: () => undefined,
    })
    return ran.map(({ name }) => name)
  } finally {
    await client.end()
  }
}

function clientOf(config: pg.ClientConfig): pg.Client {
  const client = new pg.Client({ ...config, connectionTimeoutMillis: 8_000 })
  // what is asked of it fails then, and says so; with nobody listening here, too, the process would end
  client.on('error', () => undefined)
  return client
}

/** Whether exactly our files have run. Anything else, also a database of a newer version, is for the runner to judge. */
async function isUpToDate(url: string): Promise<boolean> {
  const files = (await readdir(folder))
    .filter((name) => name.endsWith('.sql'))
    .map((name) => name.slice(0, -4))
    .sort()
  const client = clientOf({ connectionString: url, query_timeout: 60_000 })
  await client.connect()
  try {
    const { rows } = await client.query<{ name: string }>(`select name from ${schema}.${table} order by id`)
    return rows.length === files.length && rows.every(({ name }, i) => name === files[i])
  } catch (error) {
    const isMissing = error instanceof pg.DatabaseError && ['3F000', '42P01'].includes(error.code ?? '')
    if (isMissing) return false
    throw error
  } finally {
    await client.end()
  }
}
