// What is loaded into each node before the program: time that goes faster and whose clock jumps, and ways that lead over our lines.
import { readFileSync } from 'node:fs'
import { syncBuiltinESMExports } from 'node:module'
import net from 'node:net'
import timers from 'node:timers'
import timersPromises from 'node:timers/promises'

const { pace, originMs, clock, routes } = JSON.parse(process.env.REELSTATE_SOAK)
delete process.env.REELSTATE_SOAK

const RealDate = Date
const realNow = RealDate.now
const realInterval = setInterval
const realPerformanceNow = performance.now.bind(performance)

// so far the wall clock is off; timers and performance.now know nothing of it, as with a real clock that is set
let aheadMs = 0
const readClock = () => {
  try {
    aheadMs = Number(readFileSync(clock, 'utf8')) || 0
  } catch {
    // nobody has set it yet
  }
}
readClock()
const parent = process.ppid
realInterval(() => {
  readClock()
  // who would kill us is gone
  if (process.ppid !== parent) process.kill(process.pid, 'SIGKILL')
}, 50).unref()

const nowMs = () => Math.floor(originMs + (realNow() - originMs) * pace + aheadMs)

globalThis.Date = class Date extends RealDate {
  constructor(...args) {
    if (args.length === 0) super(nowMs())
    else super(...args)
  }
  static now() {
    return nowMs()
  }
}

// a start takes as much of the processor however fast time goes: what it allows for an answer must not become too little
let paceNow = Math.min(pace, 3)
let since = { realMs: 0, ms: 0 }
performance.now = () => since.ms + (realPerformanceNow() - since.realMs) * paceNow

const write = process.stdout.write
process.stdout.write = function (...args) {
  // it says that it serves
  process.stdout.write = write
  since = { realMs: realPerformanceNow(), ms: performance.now() }
  paceNow = pace
  return write.apply(this, args)
}

/** The same function, waiting so much shorter. `at` is where its argument of milliseconds is. */
function hastened(wait, at) {
  const hasty = (...args) => {
    args[at] /= paceNow
    return wait(...args)
  }
  return Object.defineProperties(hasty, Object.getOwnPropertyDescriptors(wait))
}

for (const name of ['setTimeout', 'setInterval']) timers[name] = globalThis[name] = hastened(globalThis[name], 1)
for (const name of ['setTimeout', 'setInterval']) timersPromises[name] = hastened(timersPromises[name], 0)
globalThis.setTimeout[Symbol.for('nodejs.util.promisify.custom')] ??= timersPromises.setTimeout

// each node has lines of its own to what all of them know by one address
const connect = net.Socket.prototype.connect
net.Socket.prototype.connect = function (...args) {
  const [first] = args
  const options = Array.isArray(first) ? first[0] : first
  const isObject = typeof options === 'object' && options !== null
  const leadTo = routes[String(isObject ? options.port : first)]
  if (leadTo !== undefined && isObject) options.port = leadTo
  else if (leadTo !== undefined) args[0] = leadTo
  return connect.apply(this, args)
}

syncBuiltinESMExports()
