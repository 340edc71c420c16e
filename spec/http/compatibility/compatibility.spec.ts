import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import { routes } from '../../../src/http/routes.js'
import { COMMAND, compatibilityDocument } from './document.js'
import { sections } from './sections.js'

describe('docs/compatibility.md', () => {
  it(`is up to date (${COMMAND})`, async () => {
    const stored = await readFile(new URL('../../../docs/compatibility.md', import.meta.url), 'utf8')
    assert.equal(stored, await compatibilityDocument())
  })

  for (const { title, paths, rows } of sections)
    it(`has a row for every call of ${title}, and none that is not there`, () => {
      const declared = routes
        .filter(({ errors, path }) => errors === 'text' && paths.test(path))
        .map(({ method, path }) => `${method} ${path}`)
      assert.deepEqual(rows.flatMap(({ calls }) => calls).sort(), declared.sort())
    })
})
