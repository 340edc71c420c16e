/** A disk of its own that is soon full. Only root can have one. */
import { execFile } from 'node:child_process'
import { promisify } from 'node:util'

const execute = promisify(execFile)

export class SmallDisk implements AsyncDisposable {
  private constructor(private readonly folder: string) {}

  /** Mounts it at a folder; `size` as mount has it, such as `256k`. Null where we may not. */
  static async at(folder: string, size: string): Promise<SmallDisk | null> {
    try {
      await execute('mount', ['-t', 'tmpfs', '-o', `size=${size}`, 'tmpfs', folder])
      return new SmallDisk(folder)
    } catch {
      return null
    }
  }

  /** What another process has left mounted; nothing where there is nothing. */
  static async unmount(folder: string): Promise<void> {
    await execute('umount', [folder]).catch(() => undefined)
  }

  async grow(size: string): Promise<void> {
    await execute('mount', ['-o', `remount,size=${size}`, this.folder])
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await execute('umount', [this.folder])
  }
}
