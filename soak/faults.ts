/** Does to the machines of a run what its script says, each thing at its moment. */
import type { Fault as Answered } from '../spec/youtube/faults.js'
import { errors } from '../spec/youtube/errors.js'
import { Dice } from './dice.js'
import type { Met, Moments } from './moments.js'
import type { NodeUnderTest } from './node.js'
import type { Fault, Harm, Moment, Target } from './script.js'
import type { World } from './world.js'

/** What may go wrong with any request; what is answered late comes late enough to matter, and soon enough to go on. */
const answers: readonly Answered[] = [
  { kind: 'error', error: errors.backendError },
  { kind: 'error', error: errors.rateLimitExceeded, retryAfterSeconds: 1 },
  { kind: 'error', error: errors.notSignedIn },
  { kind: 'drop', afterBytes: 100_000 },
  { kind: 'keep', bytes: 262_144 },
  { kind: 'late', ms: 100 },
  { kind: 'lose answer' },
  { kind: 'freeze' },
]

export class Faults {
  readonly #ends: (() => Promise<void>)[] = []
  readonly #timers = new Set<NodeJS.Timeout>()
  readonly #dice: Dice
  #over = false

  constructor(
    private readonly world: World,
    private readonly moments: Moments,
    seed: number,
  ) {
    this.#dice = new Dice(seed)
  }

  /** Resolves once its moment has come and it is done, or never came. */
  async play({ when, harm }: Fault): Promise<void> {
    const met = await this.moments.wait(when)
    if (met === null) return
    try {
      if (!this.#over) await this.#harm(harm, met, when)
    } finally {
      await met.goOn()
    }
  }

  /** Nothing is wrong any more, and everything is up. */
  async end(): Promise<void> {
    this.#over = true
    for (const timer of this.#timers) clearTimeout(timer)
    for (const end of this.#ends) await end()
    await this.world.fillDisk(false)
    await Promise.all(this.world.nodes.map((node) => node.mend()))
    this.world.chronicle.note('  all faults are over')
  }

  async #harm(harm: Harm, met: Met, when: Moment): Promise<void> {
    const { chronicle, simulator, database } = this.world
    const at = describeMoment(when)
    const node = 'node' in harm ? this.#target(harm.node, met) : null
    switch (harm.kind) {
      case 'kill':
        if (!node?.isRunning) return
        chronicle.fault('node killed (kill -9)', `${node.name} is killed ${at}`)
        return node.kill(harm.backMs)
      case 'end':
        if (!node?.isRunning) return
        chronicle.fault('node stopped (SIGTERM)', `${node.name} is stopped ${at}`)
        return node.end(harm.backMs)
      case 'freeze':
        if (!node?.isRunning) return
        chronicle.fault('node frozen (SIGSTOP)', `${node.name} is frozen for ${harm.forMs} ms ${at}`)
        return node.freeze(harm.forMs)
      case 'line': {
        if (!node) return
        const { to, how, forMs, delayMs } = harm
        chronicle.fault(`line to ${to}: ${how}`, `${node.name}: line to ${to}: ${how}, for ${forMs} ms ${at}`)
        const line = node.lines[to]
        if (how === 'delay') line.delay(delayMs)
        else if (how === 'drop') line.drop()
        else if (how === 'shut') line.shut()
        else line.halfOpen()
        return this.#later(forMs, async () => line.open())
      }
      case 'notifications lost': {
        if (!node) return
        chronicle.fault('notifications lost', `${node.name} hears nothing for ${harm.forMs} ms ${at}`)
        node.notifications.losing = true
        return this.#later(harm.forMs, async () => void (node.notifications.losing = false))
      }
      case 'database':
        if (!(await this.world.setting.server.hurt(harm.how))) return
        return chronicle.fault(`database: ${harm.how}`, `the database: ${harm.how} ${at}`)
      case 'clock': {
        const { of, bySeconds } = harm
        const whose = of === 'database' ? null : this.#target(of, met)
        if (of !== 'database' && !whose) return
        if (whose) await whose.setClock(bySeconds * 1000)
        else await database.jump(bySeconds).catch(() => undefined)
        const name = whose?.name ?? 'the database'
        return chronicle.fault(
          `clock of ${whose ? 'a node' : name} jumps`,
          `${name}: its clock jumps by ${bySeconds} s ${at}`,
        )
      }
      case 'disk full':
        chronicle.fault('disk full', `the small disk is full for ${harm.forMs} ms ${at}`)
        await this.world.fillDisk(true)
        return this.#later(harm.forMs, () => this.world.fillDisk(false))
      case 'destination fails': {
        const { percent, forMs } = harm
        chronicle.fault('destination fails', `${percent} % of all calls fail for ${forMs} ms ${at}`)
        this.moments.atRandom = () => (this.#dice.chance(percent / 100) ? this.#dice.pick(answers) : undefined)
        return this.#later(forMs, async () => void (this.moments.atRandom = () => undefined))
      }
      case 'sessions expire':
        chronicle.fault('upload sessions expire', `all upload sessions expire ${at}`)
        return simulator.expireSessions()
      case 'tokens expire':
        chronicle.fault('tokens expire', `all tokens expire ${at}`)
        return simulator.expireTokens()
      case 'answers lost':
        chronicle.fault('answers lost', `the next two answers of uploads are lost ${at}`)
        return simulator.faults.on({ path: '/upload', times: 2 }, { kind: 'lose answer' })
      case 'processing refused': {
        chronicle.fault('processing refused', `the next video is refused while it is processed ${at}`)
        const usual = simulator.videos.outcome
        simulator.videos.outcome = () => {
          simulator.videos.outcome = usual
          return { uploadStatus: 'rejected', rejectionReason: 'copyright' }
        }
        return
      }
    }
  }

  #target(target: Target, met: Met): NodeUnderTest | null {
    return target === 'who' ? (met.node ?? this.#dice.pick(this.world.nodes)) : this.world.node(target)
  }

  /** After so long, or as the faults end. */
  async #later(ms: number, step: () => Promise<void>): Promise<void> {
    const timer = setTimeout(() => {
      this.#timers.delete(timer)
      step().catch(() => undefined)
    }, ms)
    this.#timers.add(timer)
    this.#ends.push(() => step())
  }
}

function describeMoment(moment: Moment): string {
  switch (moment.at) {
    case 'time':
      return ''
    case 'event':
      return `(${moment.type} is in the log)`
    case 'commit':
      return `(${moment.type} ${moment.committed ? 'is about to be committed' : 'was to be committed, but never is'})`
    case 'request':
      return `(request "${moment.request}" ${moment.done ? 'is done, its answer not sent' : 'has come'})`
  }
}
