/** The real database, of which a node's appends are written down, and may be lost. */
import type { VideoEvent } from '../../../machines/events.js'
import type { Db } from '../../../src/log/database.js'
import { type Names, shortName } from './names.js'
import type { Stage } from './stage.js'

interface Statement {
  readonly name?: string
  readonly values: readonly unknown[]
}
type Answer = Promise<{ readonly rowCount: number | null }>

const lost = (): Error => Object.assign(new Error('the connection was lost'), { code: 'ECONNRESET' })

export function recordedLog(db: Db, who: string, stage: Stage, names: Names): Db {
  const run = (...query: unknown[]): Answer => (db.query as (...query: unknown[]) => Answer).apply(db, query)

  async function isCurrent([statement]: unknown[]): Promise<boolean> {
    const [stream, expected] = (statement as Statement).values
    const text = "select from reelstate.videos where 'video/' || id = $1 and version = $2"
    return (await run(text, [stream, expected])).rowCount === 1
  }

  async function append(query: unknown[], event: VideoEvent): Answer {
    const key = names.keyOf(event)
    // said again until it is in, with nothing that hangs on the answer: the model has it go in at once
    const isSure = event.type === 'NodeLost'
    // what was decided on a version that is no more comes to nothing, whether it arrives or not
    if (!isSure && stage.goesWrong(0.05) && (await isCurrent(query))) {
      stage.writes(who, `loses the connection with ${key} on its way`)
      stage.later(async () => {
        if ((await run(...query)).rowCount === 0) return
        names.went(event)
        stage.writes('the database', `appends ${key}, which nobody waits for any more`)
      })
      throw lost()
    }
    const answer = await run(...query)
    if (answer.rowCount === 0) return answer
    names.went(event)
    const isLost = !isSure && stage.goesWrong(0.05)
    stage.writes(who, `appends ${key}${isLost ? ', but the answer is lost' : ''}`)
    if (isLost) throw lost()
    return answer
  }

  function query(...query: unknown[]): Answer {
    const [statement, values] = query as [string | Statement, readonly unknown[] | undefined]
    if (typeof statement === 'object' && statement.name === 'append') {
      const [event] = JSON.parse(String(statement.values[2])) as VideoEvent[]
      if (event !== undefined) return stage.turn(() => append(query, event))
    }
    if (typeof statement === 'string' && statement.startsWith('update reelstate.upload_sessions set closed_at'))
      return stage.turn(() => {
        stage.writes(who, `closes the session of ${shortName(String(values?.[0]))} in the database`)
        return run(...query)
      })
    return run(...query)
  }

  return new Proxy(db, { get: (target, name) => (name === 'query' ? query : Reflect.get(target, name)) as unknown })
}
