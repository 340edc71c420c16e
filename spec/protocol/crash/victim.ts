/**
 * A node's effects in a process that is killed in the middle of them. It plays the runs that it reads, all at once, until each has come
 * to its end or to the place where it is to be killed; says what they have begun to do; and ends itself with a signal that nothing
 * can catch.
 */
import { readFileSync, writeSync } from 'node:fs'
import { connect } from '../../../src/log/database.js'
import { actor, effects } from './effects.js'
import { makeFileOperations } from './fileOperations.js'
import { httpOperations } from './httpOperations.js'
import { Effect } from './operations.js'
import { locationOf, type Run } from './run.js'
import { shortNames } from './shortNames.js'
import { sqlOperations } from './sqlOperations.js'

const { url, runs } = JSON.parse(readFileSync(0, 'utf8')) as { url: string; runs: readonly Run[] }
const db = sqlOperations(connect({ url, name: 'victim', connections: 20 }))

await makeFileOperations()
const played = await Promise.all(runs.map(play))
writeSync(1, JSON.stringify(played))
process.kill(process.pid, 'SIGKILL')

async function play(run: Run): Promise<readonly string[]> {
  const effect = new Effect(run.before, shortNames(run))
  const node = actor(db, run, locationOf(run, httpOperations), run.node)
  await effect.play(() => effects[run.effect](node))
  return effect.operations
}
