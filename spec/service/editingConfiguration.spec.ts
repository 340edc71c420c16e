import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { isLeft, isRight } from 'fp-ts/lib/Either.js'
import { decodeConfiguration, readConfiguration } from '../../src/service/configuration.js'

describe('what a configuration says of editing', () => {
  let folder: string
  beforeEach(() => (folder = mkdtempSync(join(tmpdir(), 'reelstate-configuration-'))))
  afterEach(() => rmSync(folder, { recursive: true }))

  it('has what editors begin with, and what is put around what they write; nothing where it says nothing', () => {
    const editing = {
      ...{
        title_prefix: 'DB2026',
        description_footer: 'Donate!',
        bustime_start: '2026-01-31T15:00:00',
        channel: 'main',
      },
      upload_locations: ['youtube'],
      ...{ archive_sheets: ['Archive'], category_notes: { Song: 'the lyrics' } },
    }
    writeFileSync(join(folder, 'reelstate.json'), JSON.stringify({ editing }))
    const read = readConfiguration(folder, undefined, {})
    assert.ok(isRight(read))
    assert.deepEqual(read.right.editing, {
      ...{ title_prefix: 'DB2026', description_footer: 'Donate!', bustimeStart: '2026-01-31T15:00:00.000Z' },
      uploadLocations: ['youtube'],
      ...{ channel: 'main', archiveSheets: ['Archive'], categoryNotes: { Song: 'the lyrics' } },
    })
    const wrong: [unknown, string][] = [
      [{ titel: 'x' }, 'editing.titel'],
      [{ title_prefix: 'x'.repeat(58) }, 'editing.title_prefix'],
      [{ title_prefix: '<3' }, 'editing.title_prefix'],
      [{ description_footer: 'ä'.repeat(1501) }, 'editing.description_footer'],
      [{ description_footer: '<3' }, 'editing.description_footer'],
      [{ bustime_start: 'noon' }, 'editing.bustime_start'],
      [{ channel: '../x' }, 'editing.channel'],
      [{ archive_sheets: 'Archive' }, 'editing.archive_sheets'],
      [{ upload_locations: 'youtube' }, 'editing.upload_locations'],
      [{ category_notes: { Song: 7 } }, 'editing.category_notes.Song'],
    ]
    for (const [given, field] of wrong) {
      const decoded = decodeConfiguration({ editing: given })
      assert.ok(isLeft(decoded), JSON.stringify(given))
      assert.deepEqual(
        decoded.left.map((problem) => problem.field),
        [field],
      )
    }
  })
})
