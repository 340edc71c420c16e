/** The API as a page: plain HTML that needs nothing from elsewhere and no script. */
import type * as t from 'io-ts'
import { escaped } from '../../diagram/text.js'
import type { Route } from '../route.js'
import { operationId, saysWho, templateOf } from './document.js'
import { schemaOf } from './schemaOf.js'

export function pageOf(routes: readonly Route[], version: string): string {
  const groups = [...new Set(routes.map(({ group }) => group))].sort()
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>The API of Reelstate</title>
<link rel="stylesheet" href="/public/page.css">
<link rel="stylesheet" href="/public/docs.css">
<link rel="icon" href="data:,">
</head>
<body class="docs">
<header><h1>The API of Reelstate <small>${escaped(version)}</small></h1></header>
<main>
<p>For programs the same is at <a href="/api/openapi.json">/api/openapi.json</a> (OpenAPI 3.1). Whoever needs a role sends <code>Authorization: Bearer …</code>, an ID token or a key. What is wrong with a request is told as <code>{"error": …, "problems": [{"field", "found", "allowed"}]}</code>, and changes nothing.</p>
<nav aria-label="Groups"><ul>${groups.map((group) => `<li><a href="#${idOf(group)}">${escaped(group)}</a></li>`).join('')}</ul></nav>
${groups
  .map((group) =>
    groupOf(
      group,
      routes.filter((one) => one.group === group),
    ),
  )
  .join('\n')}
</main>
</body>
</html>
`
}

const idOf = (group: string): string => `group-${group.replace(/[^A-Za-z0-9]+/g, '-')}`

const groupOf = (group: string, routes: readonly Route[]): string =>
  `<section aria-labelledby="${idOf(group)}"><h2 id="${idOf(group)}">${escaped(group)}</h2>
${routes.map(routeOf).join('\n')}
</section>`

function routeOf(route: Route): string {
  const { method, path, summary, who, changes, body } = route
  const rows = [
    ...fieldsOf('path', route.params),
    ...fieldsOf('query', route.query),
    ...fieldsOf('header', route.headers),
    ...(body !== null && 'json' in body ? bodyFields(body.json) : []),
  ]
  const fields =
    rows.length === 0
      ? ''
      : `<table><thead><tr><th scope="col">In</th><th scope="col">Name</th><th scope="col">Allowed</th></tr></thead><tbody>${rows.join('')}</tbody></table>`
  const answers = Object.entries(route.answers).map(
    ([status, { says }]) => `<dt>${status}</dt><dd>${withCode(says)}</dd>`,
  )
  return `<details id="${operationId(route)}">
<summary><code class="method">${method}</code> <code>${escaped(templateOf(path))}</code> <span>${withCode(summary)}</span></summary>
<p>Who: ${escaped(saysWho[who])}${changes === null ? '' : ` Changes: ${withCode(changes)}.`}${body !== null && 'png' in body ? ' The body is a PNG image.' : ''}</p>
${fields}
<dl>${answers.join('')}</dl>
</details>`
}

const fieldsOf = (where: string, props: t.Props): string[] =>
  Object.entries(props).map(([name, codec]) => rowOf(where, name, codec.name))

const rowOf = (where: string, name: string, allowed: string): string =>
  `<tr><td>${where}</td><td><code>${escaped(name)}</code></td><td>${escaped(allowed)}</td></tr>`

interface ObjectSchema {
  readonly properties?: Readonly<Record<string, Readonly<Record<string, unknown>>>>
  readonly required?: readonly string[]
}

function bodyFields(codec: t.Mixed): string[] {
  const { properties = {}, required = [] } = schemaOf(codec) as ObjectSchema
  return Object.entries(properties).map(([name, schema]) => {
    const said = typeof schema['description'] === 'string' ? schema['description'] : wordsOf(schema)
    const fallback = 'default' in schema ? `; default ${JSON.stringify(schema['default'])}` : ''
    return rowOf('body', name, `${said}${fallback}${required.includes(name) ? '; required' : ''}`)
  })
}

function wordsOf(schema: Readonly<Record<string, unknown>>): string {
  if (Array.isArray(schema['enum'])) return schema['enum'].join(', ')
  if (!Array.isArray(schema['anyOf'])) return typeof schema['type'] === 'string' ? schema['type'] : 'anything'
  const parts = schema['anyOf'] as Readonly<Record<string, unknown>>[]
  return parts.map((one) => (typeof one['description'] === 'string' ? one['description'] : wordsOf(one))).join(', or ')
}

/** What stands between backticks is code. */
const withCode = (text: string): string => escaped(text).replace(/`([^`]*)`/g, '<code>$1</code>')
