/** A bar on a terminal; elsewhere a line now and then; with `--json` nothing on standard output either way. */
import cliProgress from 'cli-progress'
import type { Console } from './console.js'

export interface ProgressBar {
  update(done: number, total: number): void
  stop(): void
}

const quietMs = 5_000

export function progressBar(console: Console, doing: string, unit: string): ProgressBar {
  if (!process.stderr.isTTY || console.json) return lines((line) => console.note(line), doing, unit)
  const bar = new cliProgress.SingleBar({
    format: `${doing} [{bar}] {percentage}% | {value}/{total} ${unit} | {eta_formatted} left`,
    stream: process.stderr,
    barCompleteChar: '█',
    barIncompleteChar: '░',
    hideCursor: true,
    clearOnComplete: false,
  })
  let started = false
  return {
    update(done, total) {
      const [shown, all] = [Math.round(done * 10) / 10, Math.round(total * 10) / 10]
      if (!started) bar.start(all, shown)
      started = true
      bar.setTotal(all)
      bar.update(shown)
    },
    stop() {
      if (started) bar.stop()
      started = false
    },
  }
}

function lines(note: (line: string) => void, doing: string, unit: string): ProgressBar {
  let nextMs = performance.now() + quietMs
  return {
    update(done, total) {
      if (performance.now() < nextMs) return
      nextMs = performance.now() + quietMs
      note(`${doing}: ${done.toFixed(1)} of ${total > 0 ? total.toFixed(1) : '?'} ${unit}`)
    },
    stop: () => undefined,
  }
}
