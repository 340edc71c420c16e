/** `reelstate nodes`: who shares the database, and who of them is running. */
import { Command } from 'commander'
import type { SeenNode } from '../log/nodes.js'
import { paint, table } from './console.js'
import { reachable, type ReachOptions, withVideos } from './reach/reached.js'

export const nodesCommand = (): Command =>
  reachable(new Command('nodes'))
    .description('List the nodes: which run, what they offer, and what they have in hand.')
    .option('--all', 'also those that have stopped')
    .addHelpText(
      'after',
      `
A node that has said nothing for 30 s is "silent": what it had in hand is given to others. It is never shown as running.

Examples:
  reelstate nodes
  reelstate nodes --url https://node-a.example.org
  reelstate nodes --json | jq '.[] | select(.state == "silent") | .name'`,
    )
    .action((_, command: Command) => {
      const options = command.optsWithGlobals<ReachOptions & { all?: boolean }>()
      return withVideos(options, async (reached, console) => {
        const nodes = (await reached.nodes()).filter(({ state }) => options.all === true || state !== 'stopped')
        console.result(nodes, () => (nodes.length === 0 ? 'No node runs.' : table(head, nodes.map(line))))
      })
    })

const head = [
  'node',
  'state',
  'last heard of',
  'since',
  'host',
  'reached at',
  'version',
  'locations',
  'channels',
  'has in hand',
]
const colours = { running: 'green', silent: 'red', stopped: 'gray' } as const

const line = (node: SeenNode): string[] => [
  node.name,
  paint(colours[node.state], node.state),
  node.state === 'stopped' ? '' : `${Math.max(0, Math.round(node.silentSeconds))} s ago`,
  node.startedAt.slice(0, 19).replace('T', ' '),
  `${node.host} (${node.pid})`,
  node.url ?? '',
  node.version,
  Object.keys(node.locations).join(' ') + (node.onlyNamed ? ' (only what names it)' : ''),
  node.channels.join(' '),
  node.videos.join(' '),
]
