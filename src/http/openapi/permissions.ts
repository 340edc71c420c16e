/** The table of permissions in docs/http.md: every route, who may use it, and what it changes. */
import type { Route } from '../route.js'

const head = `# HTTP: every route, who may use it, and what it changes

<!-- Made of the declared routes by \`npm run docs:http\`; a spec fails when it is stale. -->

| method and path | who | what it changes | what it is |
| --- | --- | --- | --- |
`

const foot = `
*anybody*: also where reading is closed. *reader*: anybody, or where reading is closed whoever is signed in. The others are roles of
\`reelstate role\`, which an ID token or a key has. Reads change nothing. The same for programs is \`/api/openapi.json\`; for people with
all parameters and answers, \`/api/docs\` on each node.

## Commands

A command is \`POST /api/videos/:id/<event>\`, the event written as \`orphan-adopted\` for OrphanAdopted; it is appended as the person who
asks, on the database's clock. With \`?dry-run\` nothing is appended: the answer is the state that it would reach, the effects that the
service would be asked for, and which columns of the row would say something else; or the same refusal that the command itself would get.
\`If-Match: "7"\` makes it hold for that version only (\`ETag\` of \`GET /api/videos/:id\`): where the video has another one, that is
answered with 412 and nothing has changed. 409 names the state, what people can do in it, and who refused: the state, or its guards.
`

export const permissionsOf = (routes: readonly Route[]): string =>
  `${head}${[...routes].sort(byPath).map(line).join('')}${foot}`

const byPath = (a: Route, b: Route): number =>
  a.path === b.path ? (a.method < b.method ? -1 : 1) : a.path < b.path ? -1 : 1

const line = ({ method, path, who, changes, summary }: Route): string =>
  `| \`${method} ${path}\` | ${who} | ${inCell(changes ?? '')} | ${inCell(summary)} |\n`

const inCell = (text: string): string => text.replaceAll('|', '\\|').replace(/\.$/, '')
