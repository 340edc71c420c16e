/** Brings the database's schema up to date from the SQL files of `migrations/`. */
import { runner } from 'node-pg-migrate'
import { fileURLToPath } from 'node:url'

const folder = fileURLToPath(new URL('../../migrations', import.meta.url))

/** Runs what has not run yet; nodes that start at the same time wait for one another. @returns the names of what ran. */
export async function migrate(url: string): Promise<string[]> {
  const ran = await runner({
    databaseUrl: url,
    dir: `${folder}/*.sql`,
    useGlob: true,
    direction: 'up',
    migrationsTable: 'migrations',
    migrationsSchema: 'reelstate',
    createMigrationsSchema: true,
    advisoryLockMode: 'wait',
    log: () => undefined,
  })
  return ran.map(({ name }) => name)
}
