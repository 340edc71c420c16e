/** All that takes part in a run: three nodes, the database that they share, and their destinations. */
import { mkdir, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { connect, type Db } from '../src/log/database.js'
import { SmallDisk } from '../spec/support/smallDisk.js'
import { CREDENTIALS, YoutubeSimulator } from '../spec/youtube/simulator.js'
import { Chronicle } from './chronicle.js'
import type { Footage } from './footage.js'
import { ownFolder } from './leftovers.js'
import { configurationOf, folderOf, locationNames } from './locations.js'
import { NodeUnderTest } from './node.js'
import { type NodeName, nodeNames } from './script.js'
import type { RunDatabase, Server } from './server.js'

/** So much the small disk holds: more than the videos of a run. */
const DISK_BYTES = 32 << 20
/** What fills it. */
const FILLER = '.full'
/** Segments, by their number, that a node has to get from the others. */
const missing: Readonly<Record<NodeName, readonly number[]>> = { 'node-a': [], 'node-b': [3], 'node-c': [7] }
const SERVES_MS = 60_000

export interface Setting {
  readonly server: Server
  readonly footage: Footage
  readonly program: string
  /** How many times as fast as usual time goes for nodes and database. */
  readonly pace: number
  readonly smallDisk: boolean
}

export class World implements AsyncDisposable {
  private constructor(
    readonly setting: Setting,
    /** Of everything that the run leaves behind. */
    readonly root: string,
    readonly database: RunDatabase,
    /** As people and the judge see it: over no line of a node. */
    readonly db: Db,
    readonly simulator: YoutubeSimulator,
    readonly nodes: readonly NodeUnderTest[],
    private readonly disk: SmallDisk | null,
    readonly chronicle: Chronicle,
  ) {}

  static async make(setting: Setting): Promise<World> {
    const { server, footage, pace, program } = setting
    const chronicle = new Chronicle()
    const root = await ownFolder()
    const originMs = Date.now()
    const database = await server.database(originMs, pace)
    const simulator = await YoutubeSimulator.start({ keepsContent: true, inserts: 1e6, units: 1e9 })
    await writeFile(join(root, 'credentials.json'), JSON.stringify(CREDENTIALS))
    for (const name of locationNames) await mkdir(folderOf(root, name))
    const disk = setting.smallDisk ? await SmallDisk.at(folderOf(root, 'small'), String(DISK_BYTES)) : null
    for (const name of nodeNames) await footage.recordedBut(missing[name], join(root, name, 'segments'))
    const nodes = await Promise.all(
      nodeNames.map((name) =>
        NodeUnderTest.make({
          ...{ program, name, pace, originMs, databaseUrl: database.url },
          folder: join(root, name),
          configuration: configurationOf(root, join(root, name, 'segments'), simulator.url),
          destinationPort: Number(new URL(simulator.url).port),
          note: (what) => chronicle.note(`! ${what}`),
        }),
      ),
    )
    const db = connect({ url: database.url, name: 'people', connections: 8 })
    const world = new World(setting, root, database, db, simulator, nodes, disk, chronicle)
    for (const node of nodes) node.start()
    if (!(await world.serves())) {
      await world[Symbol.asyncDispose]()
      throw new Error(`the nodes did not start: ${nodes.map(({ errors }) => errors).join('\n')}`)
    }
    chronicle.begin()
    return world
  }

  node(name: NodeName): NodeUnderTest {
    const found = this.nodes.find((node) => node.name === name)
    if (!found) throw new Error(`there is no node ${name}`)
    return found
  }

  /** Whose line a request came over. */
  nodeBehind(port: number | undefined): NodeUnderTest | null {
    return this.nodes.find(({ lines }) => lines.destination.carries(port ?? 0)) ?? null
  }

  async serves(): Promise<boolean> {
    return (await Promise.all(this.nodes.map((node) => node.serves(SERVES_MS)))).every(Boolean)
  }

  /** Fills the small disk to the last byte, or makes room again. */
  async fillDisk(full: boolean): Promise<void> {
    if (this.disk === null) return
    const filler = join(folderOf(this.root, 'small'), FILLER)
    if (full) await writeFile(filler, Buffer.alloc(DISK_BYTES)).catch(() => undefined)
    else await rm(filler, { force: true })
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all(this.nodes.map((node) => node[Symbol.asyncDispose]()))
    await this.simulator.stop()
    await this.db.end()
    await this.database.drop().catch(() => undefined)
    await this.disk?.[Symbol.asyncDispose]()
    await rm(this.root, { recursive: true, force: true })
  }
}
