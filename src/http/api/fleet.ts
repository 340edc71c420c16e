/** The nodes and what they have in hand, the quota of accounts, and what is left over at destinations. */
import { openTransactions, remedyOf } from '../../log/heldUp.js'
import { inHand } from '../../log/inHand.js'
import { SILENT_SECONDS } from '../../../machines/node.js'
import { listNodes } from '../../log/nodes.js'
import { orphansAfter } from '../../log/orphans.js'
import { wholeNumber } from '../query.js'
import { type Route, route } from '../route.js'
import { Name } from './listQuery.js'

/** So long may a transaction be open before it is worth a word: nobody is held up for less than people notice. */
const HELD_UP_MS = 10_000

export const fleetRoutes: readonly Route[] = [
  route({
    method: 'GET',
    path: '/api/nodes',
    group: 'fleet',
    summary:
      'The nodes: which run, since when each was last heard of, what each offers and has in hand, and how far that is.',
    answers: {
      200: {
        says: 'The nodes, those that have stopped included; after how much silence one is not running any more; and by what open transactions readers of the log are held up.',
      },
    },
    async handle(_, { db }) {
      const held = await inHand(db)
      const nodes = await listNodes(db)
      const open = await openTransactions(db, HELD_UP_MS)
      return {
        silentAfterSeconds: SILENT_SECONDS,
        // how long one whose age can't be seen has been there only a watcher knows: the node's warnings say it
        heldUp: open.filter(({ since }) => since !== null).map((one) => ({ ...one, remedy: remedyOf(one) })),
        nodes: nodes.map(({ videos: _videos, ...node }) => ({
          ...node,
          holds: held.filter((one) => one.node === node.name).map(({ node: _node, ...one }) => one),
        })),
      }
    },
  }),
  route({
    method: 'GET',
    path: '/api/accounts',
    group: 'fleet',
    summary:
      'How much of its daily quota each account has used, by method, and when the rest will be used up at the pace of the day.',
    answers: {
      200: {
        says: 'The accounts of this node’s configuration, and those in whose name other nodes offer locations: their limits are taken for the usual ones (`isElsewhere`).',
      },
    },
    handle: async (_, { quota }) => ({ accounts: await quota() }),
  }),
  route({
    method: 'GET',
    path: '/api/orphans',
    group: 'fleet',
    summary:
      'What exists, or may exist, at a destination without a video that stands for it: by the videos that left it.',
    query: { after: Name, limit: wholeNumber(1, 1_000) },
    answers: {
      200: { says: 'The orphans of at most `limit` videos; `next` is given back as `after`: null at the end.' },
    },
    handle: ({ query: { after = '', limit = 100 } }, { db }) => orphansAfter(db, after, limit),
  }),
]
