/** docs/compatibility.md, made of the sections. */
import { format, resolveConfig } from 'prettier'
import type { CompatibleRow, CompatibleSection } from './section.js'
import { sections } from './sections.js'

export const COMMAND = 'npx tsx spec/http/compatibility/print.ts > docs/compatibility.md'

export async function compatibilityDocument(): Promise<string> {
  const text = [
    '# Compatibility with wubloader',
    `<!-- Made by \`${COMMAND}\`; a spec fails where it is stale. -->`,
    'Wubloader’s editor page, backfillers and scripts work against a node as they are: the paths, parameters, fields and statuses are those of wubloader’s master of June 2026. Where a node answers something else, it is because that is wrong there, or because a node knows more; each such difference is below. Errors are plain text, a line for each field that is wrong.',
    ...sections.flatMap(sectionText),
  ].join('\n\n')
  const options = await resolveConfig(new URL('../../../docs/compatibility.md', import.meta.url))
  return format(text, { ...options, parser: 'markdown' })
}

const sectionText = ({ title, about, rows, differences }: CompatibleSection): string[] => [
  `## ${title}`,
  about,
  table(['call', 'wubloader', 'here', 'because'], rows.map(rowText)),
  ...(differences.length === 0
    ? []
    : [
        '### Of more than one call',
        table(
          ['wubloader', 'here', 'because'],
          differences.map(({ wubloader, here, because }) => [wubloader, here, because]),
        ),
      ]),
]

const rowText = ({ calls, wubloader, here, because }: CompatibleRow): string[] => [
  calls.map((call) => `\`${call}\``).join(', '),
  wubloader,
  here,
  because ?? '',
]

const table = (head: readonly string[], rows: readonly (readonly string[])[]): string =>
  [head, head.map(() => '---'), ...rows]
    .map((cells) => `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`)
    .join('\n')
