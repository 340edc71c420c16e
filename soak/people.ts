/** Editors and operators: they edit, cancel, reset, modify, retry and resolve, as the commands of the program do. */
import { type Either, isLeft } from 'fp-ts/lib/Either.js'
import { unlistOrphan } from '../src/effects/unlistOrphan.js'
import { act } from '../src/log/act.js'
import {
  adoptOrphan,
  createVideo,
  dismissOrphan,
  dropModification,
  editVideo,
  modifyVideo,
  newVideoId,
  resetVideo,
  resolveAbsent,
  resolveUploaded,
  retryVideo,
  saveDraft,
} from '../src/log/commands.js'
import { isConnectionError } from '../src/log/connectionError.js'
import { pauseLocation, resumeLocation } from '../src/log/locationCommands.js'
import { listOrphans } from '../src/log/orphans.js'
import { decodeConfiguration } from '../src/service/configuration.js'
import { openLocations } from '../src/service/locations.js'
import { Dice } from './dice.js'
import { configurationOf, type LocationName } from './locations.js'
import { lookAtDestination } from './looking.js'
import type { Act, Deed, FrameRange, VideoPlan } from './script.js'
import type { World } from './world.js'

const by = { actor: 'a person' }
/** So often a person tries again where the database is away. */
const TRIES = 40
const AGAIN_MS = 150

const usualPlaces: readonly LocationName[] = ['tube', 'tube', 'shelf', 'papers', 'attic']

/** What somebody wanted to be published: named in its description, which nobody changes. */
export interface Wanted {
  readonly location: LocationName
  readonly ranges: readonly FrameRange[]
}

export class People {
  /** By their descriptions. */
  readonly wanted = new Map<string, Wanted>()
  readonly #locations: ReturnType<typeof openLocations>

  constructor(private readonly world: World) {
    const configuration = decodeConfiguration(
      configurationOf(world.root, world.setting.footage.root, world.simulator.url),
    )
    if (isLeft(configuration)) throw new Error(JSON.stringify(configuration.left))
    const { locations = {}, accounts = {} } = configuration.right
    this.#locations = openLocations({ locations, accounts, temporary: world.root } as never)
  }

  /** Enters a moment and accepts its edit. @returns its id. */
  async want({ location, ranges, ...how }: VideoPlan): Promise<string> {
    const id = newVideoId()
    await this.#deed(`enter:${id}`, () => createVideo(this.world.db, id, { description: 'The raffle' }, by))
    await this.edit(id, location, ranges, how)
    return id
  }

  async edit(
    id: string,
    location: LocationName,
    ranges: readonly FrameRange[],
    { only, illustrated }: Pick<VideoPlan, 'only' | 'illustrated'>,
  ): Promise<void> {
    const asked = ranges.map(this.world.setting.footage.rangeOf)
    await this.#deed(`edit:${id} for ${location}`, () => {
      // each time another one: where it is repeated, the one before may have been accepted
      const title = `Raffle ${this.wanted.size + 1}`
      const description = `${id}, edit ${this.wanted.size + 1}`
      this.wanted.set(description, { location, ranges })
      const edit = {
        video_title: title,
        video_description: description,
        upload_location: location,
        video_channel: 'camera',
        video_ranges: asked,
        video_transitions: ranges.slice(1).map(() => null),
        uploader_whitelist: only,
        ...(illustrated && { thumbnail_mode: 'BARE', thumbnail_time: asked[0]?.[0] }),
      }
      return editVideo(this.world.db, id, edit, by)
    })
  }

  async do({ deed, ranges, dice: seed }: Act, id: string): Promise<void> {
    const { db } = this.world
    const dice = new Dice(seed)
    const location = dice.pick(usualPlaces)
    const how = { only: null, illustrated: dice.chance(0.25) }
    const anew = async (chance: number): Promise<void> => {
      if (dice.chance(chance)) await this.edit(id, location, ranges, how)
    }
    const all: Record<Deed, () => Promise<void>> = {
      'edit again': () => this.edit(id, location, ranges, how),
      'save a draft': async () => {
        await this.#deed(`draft:${id}`, () => saveDraft(db, id, { video_title: 'Not yet' }, by))
        await anew(0.6)
      },
      cancel: async () => {
        await this.#deed(`cancel:${id}`, () => resetVideo(db, id, false, null, by))
        await anew(0.7)
      },
      'reset by force': async () => {
        await this.#deed(`reset by force:${id}`, () => resetVideo(db, id, true, 'it has to be anew', by))
        await anew(0.8)
      },
      modify: () =>
        this.#deed(`modify:${id}`, () => modifyVideo(db, id, { video_title: `Raffle, better ${seed % 1000}` }, by)),
      'give the modification up': () => this.#deed(`drop:${id}`, () => dropModification(db, id, by)),
      retry: () => this.#deed(`retry:${id}`, () => retryVideo(db, id, by)),
      resolve: () => this.resolve(id),
      'change the schedule': () =>
        this.#deed(`schedule:${id}`, () =>
          act(db, id, { type: 'SourceChanged', data: () => ({ source: { notes: `note ${seed % 1000}` } }), by }),
        ),
      'pause the location': () =>
        this.#deed(`pause:${location}`, () => pauseLocation(db, location, 'a pause', null, by)),
      'resume the location': () => this.resume(location),
      'see to an orphan': () => this.#seeToOrphan(id, dice),
    }
    await all[deed]()
  }

  resume = (location: string): Promise<void> =>
    this.#deed(`resume:${location}`, () => resumeLocation(this.world.db, location, 'it works again', by))

  retry = (id: string): Promise<void> => this.#deed(`retry:${id}`, () => retryVideo(this.world.db, id, by))

  /** Looks at the destination, and says what is there. */
  async resolve(id: string): Promise<void> {
    const found = await lookAtDestination(this.world, id).catch(() => null)
    const { db } = this.world
    if (found === null) return
    await (found === 'nothing'
      ? this.#deed(`resolve as absent:${id}`, () => resolveAbsent(db, id, null, by))
      : this.#deed(`resolve as uploaded:${id}`, () => resolveUploaded(db, id, found, by)))
  }

  async #seeToOrphan(id: string, dice: Dice): Promise<void> {
    const { db } = this.world
    const orphans = (await listOrphans(db).catch(() => [])).filter(({ video }) => video === id)
    const orphan = orphans[0]?.orphan
    if (orphan === undefined) return
    await dice.pick([
      () => this.#deed(`unlist:${orphan} of ${id}`, () => unlistOrphan(db, this.#locations, id, orphan, by)),
      () => this.#deed(`adopt:${orphan} of ${id}`, () => adoptOrphan(db, id, orphan, by)),
      () => this.#deed(`dismiss:${orphan} of ${id}`, () => dismissOrphan(db, id, orphan, 'it may stay', by)),
    ])()
  }

  /** Again and again while the database is away: a person waits and repeats it. Whoever repeats it may be refused, as it had been done. */
  async #deed(what: string, step: () => Promise<Either<unknown, unknown>>): Promise<void> {
    for (let tries = 0; tries < TRIES; tries++) {
      try {
        const outcome = await step()
        return this.world.chronicle.deed(what, isLeft(outcome) ? 'refused' : 'done')
      } catch (error) {
        if (!isConnectionError(error)) throw error
        await new Promise((resolve) => setTimeout(resolve, AGAIN_MS))
      }
    }
    this.world.chronicle.deed(what, 'database away')
  }
}
