/** Why no node takes a video that is ready to be cut: what weighs most comes first. */
import { instantMs } from './codecs.js'
import type { Because, Circumstances, SeenNode } from './why.js'
import { after, clock, so, withoutStop } from './whyWords.js'

export function whyWaiting(around: Circumstances): Because {
  const { location } = around
  if (location?.byHand === true)
    return so(
      'link',
      `It waits for somebody to upload it to ${location.name} by other means and to give its link: \`reelstate link ${around.snapshot.context.id} URL\`.`,
    )
  return nobody(around) ?? closed(around) ?? later(around) ?? footage(around) ?? busy(around) ?? soon(around)
}

/** Running nodes that may take it. */
function able({ nodes, snapshot }: Circumstances): SeenNode[] {
  const named = snapshot.context.edit.uploader_whitelist ?? null
  return nodes.filter(
    ({ name, state, offers, onlyNamed }) =>
      state === 'running' && offers && (named === null ? !onlyNamed : named.includes(name)),
  )
}

function nobody(around: Circumstances): Because | null {
  if (able(around).length > 0) return null
  const { nodes, location, snapshot } = around
  const there = location?.name ?? 'its location'
  const named = snapshot.context.edit.uploader_whitelist ?? null
  if (named !== null)
    return so('named node', `Its edit leaves it to ${named.join(', ')}: none of those is running and offers ${there}.`)
  const choosy = nodes.filter(({ state, offers, onlyNamed }) => state === 'running' && offers && onlyNamed)
  if (choosy.length > 0) {
    const names = choosy.map(({ name }) => name).join(', ')
    return so('named node', `Only ${names} offers ${there}, and takes nothing but what names it in uploader_whitelist.`)
  }
  return so('no node', `No running node offers the location ${there}${away(nodes)}.`)
}

function away(nodes: readonly SeenNode[]): string {
  const gone = nodes.filter(({ offers, state }) => offers && state !== 'running')
  const said = gone.map(({ name, state, silentSeconds }) =>
    state === 'stopped' ? `${name} has stopped` : `${name} has been silent for ${Math.round(silentSeconds)} s`,
  )
  return said.length === 0 ? '' : `: ${said.join(', ')}`
}

function closed({ location, snapshot, now }: Circumstances): Because | null {
  if (location === null || location.gate === 'open') return null
  const { name, state, until, probe } = location
  const why = location.reason === null ? '' : `: ${withoutStop(location.reason)}`
  if (state === 'PAUSED' && location.gate === 'closed')
    return until === null
      ? so('paused', `The location ${name} is paused until somebody resumes it${why}.`)
      : so('paused', `The location ${name} is paused until ${clock(until, now)}${why}.`, until)
  if (probe !== null && location.gate === 'closed')
    return probe === snapshot.context.id
      ? null
      : so(
          'probing',
          `The location ${name} is being tried with the video ${probe}; until that gets through all others wait.`,
        )
  return so('probing', `The location ${name} is about to be tried with one video${after(location.reason)}.`)
}

function later({ snapshot, now }: Circumstances): Because | null {
  const { not_before: until, error, attempts, attempts_limit: limit } = snapshot.context
  if (until === null || instantMs(until) <= instantMs(now)) return null
  const count = limit > 0 ? ` (attempt ${attempts + 1} of ${limit})` : ''
  return so('retry', `It is tried again at ${clock(until, now)}${count}${after(error)}.`, until)
}

/** Where none of those that may take it has what it takes. */
function footage(around: Circumstances): Because | null {
  const { edit, warning } = around.snapshot.context
  const nodes = able(around)
  const lacking = nodes.filter(({ missingSeconds }) => missingSeconds !== null && missingSeconds > 0)
  if (lacking.length < nodes.length || (edit.allow_holes === true && warning?.kind !== 'holes')) return null
  const said = lacking.map(({ name, missingSeconds }) => `${name} lacks ${(missingSeconds ?? 0).toFixed(1)} s`)
  const where = warning?.kind === 'holes' ? [withoutStop(warning.message)] : []
  const from = warning?.kind === 'holes' ? said.filter((one) => !one.startsWith(`${warning.node ?? ''} `)) : said
  return so('footage', `No running node has all of its footage: ${[...where, ...from].join('; ')}.`)
}

function busy(around: Circumstances): Because | null {
  const nodes = able(around)
  if (nodes.some(({ busyWith }) => busyWith.length === 0)) return null
  const { ahead } = around
  const before = ahead === 0 ? 'it is the next' : `${ahead === 1 ? 'one video is' : `${ahead} videos are`} before it`
  const said = nodes.map(({ name, busyWith }) => `${name} on ${busyWith.join(', ')}`)
  return so('busy', `All nodes that may take it are at work (${said.join('; ')}); ${before}.`)
}

function soon(around: Circumstances): Because {
  if (around.heldUp !== null) return so('held up', `A node may take it, but something is held up: ${around.heldUp}.`)
  const names = able(around).map(({ name }) => name)
  return so('soon', `It is about to be taken by ${names.join(' or ')}.`)
}
