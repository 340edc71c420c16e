/** Keeps what the board is made of: the hours of the log, and how many videos are in each state. Any node does it for all. */
import { countHours } from '../log/boardHours.js'
import { condenseCounts } from '../log/counts.js'
import type { Db } from '../log/database.js'

const EVERY_MS = 10_000
/** Others use this connection, too. */
const BREATH_MS = 20

/** One round of the loop. @returns when to look again, in milliseconds. */
export async function keepBoard(db: Db): Promise<number> {
  await condenseCounts(db)
  return (await countHours(db)) ? BREATH_MS : EVERY_MS
}
