/** The chart in the page: live counts, and a flash where something has just happened. */

const flashMs = 1_600

const stateOf = (name) => document.getElementById(`state-${name}`)

/** @param {Record<string, number>} counts states without any may be missing */
export function showCounts(counts) {
  for (const state of document.querySelectorAll('.chart .state')) {
    const name = state.dataset.state
    const count = counts[name] ?? 0
    state.querySelector('.count').textContent = count > 99_999 ? '99999+' : count > 0 ? String(count) : ''
    state.classList.toggle('occupied', count > 0)
    state.setAttribute('aria-label', `${name}: ${count} ${count === 1 ? 'video' : 'videos'}`)
  }
}

/** What is not up to date must not look as if it were. */
export function fadeCounts(stale) {
  document.querySelector('.chart').classList.toggle('stale', stale)
}

/** @param {string | null} from the state before, where it is known */
export function flash(from, to) {
  const arrows =
    from === null ? [] : document.querySelectorAll(`[data-from="${CSS.escape(from)}"][data-to="${CSS.escape(to)}"]`)
  for (const element of [stateOf(to), ...arrows]) {
    if (!element) continue
    element.classList.remove('flash')
    // asking for the size makes the browser begin the animation anew
    element.getBoundingClientRect()
    element.classList.add('flash')
    setTimeout(() => element.classList.remove('flash'), flashMs)
  }
}

/** The colour that the chart gives a state. */
export const colourOf = (state) =>
  ['grey', 'blue', 'amber', 'green', 'red'].find((colour) => stateOf(state)?.classList.contains(colour)) ?? 'grey'
