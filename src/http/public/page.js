import { colourOf, fadeCounts, flash, showCounts } from './chart.js'
import { listenToEvents } from './events.js'

const rowsShown = 100
const healthEveryMs = 15_000
const time = new Intl.DateTimeFormat(undefined, { dateStyle: 'short', timeStyle: 'medium' })
const percent = new Intl.NumberFormat(undefined, { style: 'percent' })

const rows = document.getElementById('events')
const announcement = document.getElementById('announcement')
/** The state that each video was last seen in. */
const lastState = new Map()
let caughtUp = false
let standing = { live: false, why: null }
let illness = null

listenToEvents({
  onEvent(event) {
    // what is spent of quotas is added up twice a minute: people look at the sum
    if (event.stream.startsWith('account/')) return
    const state = event.state.split('.')[0]
    const before = lastState.get(event.stream) ?? null
    lastState.set(event.stream, state)
    rows.prepend(rowOf(event, state))
    while (rows.children.length > rowsShown) rows.lastElementChild.remove()
    document.getElementById('nothing').hidden = true
    if (!caughtUp) return
    flash(before === state ? null : before, state)
    rows.firstElementChild.classList.add('new')
    announcement.textContent = `${event.title ?? event.video ?? event.stream}: ${event.type}, now ${state}`
  },
  onCounts: showCounts,
  onProgress: showCuts,
  onRestart() {
    rows.replaceChildren()
    lastState.clear()
    caughtUp = false
  },
  onStanding(live, why) {
    // the node sends what it has before it says for the first time that this is all
    if (live) caughtUp = true
    standing = { live, why }
    showStanding()
  },
})

function rowOf({ video, stream, title, type, actor, node, recordedAt }, state) {
  const at = new Date(recordedAt)
  const when = element('time', {}, time.format(at))
  when.dateTime = recordedAt
  when.title = `${recordedAt} UTC`
  const name =
    video === null
      ? element('span', {}, stream)
      : element('a', { href: `/api/videos/${encodeURIComponent(video)}/events` }, video)
  const cells = [
    cell('time', when),
    cell('video', name, ...(title === null ? [] : [' ', element('span', { class: 'title' }, title)])),
    cell('event', type),
    cell('state', element('span', { class: `chip ${colourOf(state)}` }, state)),
    cell('by', actor ?? node ?? ''),
  ]
  const row = document.createElement('tr')
  row.append(...cells)
  return row
}

function cell(kind, ...content) {
  const made = element('td', { class: kind })
  made.append(...content)
  return made
}

function element(tag, attributes, text = '') {
  const made = document.createElement(tag)
  for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value)
  made.textContent = text
  return made
}

function showCuts(cuts) {
  document.getElementById('cuts').hidden = cuts.length === 0
  document.getElementById('cut-list').replaceChildren(
    ...cuts.map(({ video, title, node, doneSeconds, totalSeconds, silentSeconds }) => {
      const share = totalSeconds > 0 ? Math.min(1, doneSeconds / totalSeconds) : 0
      const bar = element('progress', { max: '1', 'aria-label': `${title ?? video}, how far it is cut` })
      bar.value = share
      const seconds = `${doneSeconds.toFixed(1)} of ${totalSeconds.toFixed(1)} s`
      const silent = silentSeconds > 15 ? `, no news for ${Math.round(silentSeconds)} s` : ''
      const item = document.createElement('li')
      item.append(
        element('span', { class: 'cut-title' }, `${video} ${title ?? ''}`),
        bar,
        element(
          'span',
          { class: 'cut-text' },
          `${percent.format(share)}, ${seconds}${node ? ` on ${node}` : ''}${silent}`,
        ),
      )
      return item
    }),
  )
}

function showStanding() {
  const { live, why } = standing
  const [kind, text] = live
    ? illness === null
      ? ['live', 'live']
      : ['unwell', illness]
    : ['waiting', why === null ? 'reconnecting…' : `${why}; what is shown is old`]
  document.getElementById('standing').className = `standing ${kind}`
  document.getElementById('standing-text').textContent = text
  fadeCounts(!live)
}

async function askHealth() {
  try {
    const response = await fetch('/healthz', { cache: 'no-store', signal: AbortSignal.timeout(10_000) })
    illness = response.ok ? null : ((await response.json()).reason ?? 'the node is not well')
  } catch {
    // nobody answered: the event stream says so better
    illness = null
  }
  showStanding()
  setTimeout(askHealth, healthEveryMs)
}
askHealth()
