/** What all runs have in common: the server, the footage, the program, and whether a small disk can be had. */
import { rm } from 'node:fs/promises'
import { SmallDisk } from '../spec/support/smallDisk.js'
import { Footage } from './footage.js'
import { ownFolder, removeLeftovers } from './leftovers.js'
import { mutated, type MutationName } from './mutation.js'
import { builtProgram } from './node.js'
import { Server } from './server.js'
import type { Setting } from './world.js'

export class Ground implements AsyncDisposable {
  private constructor(
    readonly setting: Setting,
    private readonly folders: readonly string[],
  ) {}

  static async lay(asked: { readonly pace: number; readonly mutation: MutationName | null }): Promise<Ground> {
    await removeLeftovers()
    const folder = await ownFolder()
    const folders = [folder]
    let program = builtProgram
    if (asked.mutation !== null) {
      const changed = await mutated(asked.mutation)
      program = changed.program
      folders.push(changed.folder)
    }
    const [server, footage, smallDisk] = await Promise.all([Server.start(), Footage.make(folder), hasSmallDisk()])
    return new Ground({ server, footage, program, pace: asked.pace, smallDisk }, folders)
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.setting.server[Symbol.asyncDispose]()
    for (const folder of this.folders) await rm(folder, { recursive: true, force: true })
  }
}

/** Only who may mount one can have one. */
async function hasSmallDisk(): Promise<boolean> {
  const folder = await ownFolder()
  try {
    const disk = await SmallDisk.at(folder, '64k')
    await disk?.[Symbol.asyncDispose]()
    return disk !== null
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}
