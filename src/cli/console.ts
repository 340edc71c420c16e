/** What commands print, and where: with `--json` standard output holds one JSON value a line and nothing else. */
import { styleText } from 'node:util'
import Table from 'cli-table3'
import { locationMetaOf } from '../../machines/location.js'
import { type Colour, metaOf } from '../../machines/video.js'
import type { OnNotice } from '../observe/notice.js'

export interface Console {
  readonly json: boolean
  /** The command's result: `data` with `--json`, else the text. */
  result(data: unknown, text: () => string): void
  /** What people should know while it runs: to standard error. */
  readonly note: OnNotice
}

export const openConsole = (json: boolean): Console => ({
  json,
  result(data, text) {
    process.stdout.write(`${json ? JSON.stringify(data) : text()}\n`)
  },
  note(line) {
    process.stderr.write(`${line}\n`)
  },
})

type Style = Parameters<typeof styleText>[0]
const styles: Record<Colour, Style> = { grey: 'gray', blue: 'blue', amber: 'yellow', green: 'green', red: 'red' }

/** A state in its colour, where the terminal has colours. */
export function paintState(state: string, stream: NodeJS.WriteStream = process.stdout): string {
  return paint(styles[(metaOf(state) ?? locationMetaOf(state))?.colour ?? 'grey'], state, stream)
}

export const paint = (style: Style, text: string, stream: NodeJS.WriteStream = process.stdout): string =>
  stream.isTTY && !process.env['NO_COLOR'] ? styleText(style, text) : text

/** A plain table: a head, and lines that a terminal's width may cut. */
export function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const chars = Object.fromEntries(
    [
      'top',
      'top-mid',
      'top-left',
      'top-right',
      'bottom',
      'bottom-mid',
      'bottom-left',
      'bottom-right',
      'left',
      'left-mid',
      'mid',
      'mid-mid',
      'right',
      'right-mid',
    ].map((name) => [name, '']),
  )
  const made = new Table({
    head: head.map((title) => paint('bold', title)),
    chars: { ...chars, middle: '  ' },
    style: { head: [], border: [], 'padding-left': 0, 'padding-right': 0 },
  })
  made.push(...rows.map((row) => [...row]))
  return made.toString()
}
