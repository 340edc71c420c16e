/** The destinations that all nodes share, and how one node's configuration tells of them. */
import { join } from 'node:path'

export const locationNames = ['tube', 'spool', 'single', 'shelf', 'papers', 'attic', 'small'] as const
export type LocationName = (typeof locationNames)[number]

/** Which go to the channel, and which into a folder. */
export const onChannel: readonly LocationName[] = ['tube', 'spool', 'single']
/** Which take whole segments instead of exact cuts. */
export const takesWhole: readonly LocationName[] = ['shelf', 'attic', 'small']

/** Where folder locations publish into, below the folder of the run. */
export const folderOf = (root: string, name: LocationName): string => join(root, name)

const ATTEMPTS = 8

export function configurationOf(root: string, segments: string, simulatorUrl: string): object {
  const tube = { type: 'youtube', account: 'main', cut: 'fast', chunk_mebibytes: 1, attempts: ATTEMPTS }
  const folder = (name: LocationName, more: object) => ({
    ...{ type: 'local', path: folderOf(root, name), attempts: ATTEMPTS },
    ...more,
  })
  return {
    segments,
    // several times as long as a cut takes
    grace_seconds: 20,
    // what is missing is got from the others, however full this disk is
    fetch: { keep_free_gibibytes: 0 },
    accounts: {
      main: {
        type: 'youtube',
        credentials: join(root, 'credentials.json'),
        api_root: simulatorUrl,
        token_url: `${simulatorUrl}/token`,
      },
    },
    locations: {
      tube,
      spool: { ...tube, upload: 'spool' },
      single: { ...tube, upload: 'single_request' },
      shelf: folder('shelf', { cut: 'rough' }),
      papers: folder('papers', { cut: 'fast', write_json: true }),
      attic: { type: 'archive', path: folderOf(root, 'attic'), attempts: ATTEMPTS },
      small: folder('small', { cut: 'rough' }),
    } satisfies Record<LocationName, object>,
  }
}
