/** Folders in the system's temporary one that processes of ours have made, and that a killed one could not remove. */
import { readdir } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** What the name of this process's own begins with. */
export const ownPrefix = (prefix: string): string => join(tmpdir(), `${prefix}${process.pid}-`)

/** The folders that begin so and whose process is gone. */
export async function leftBehind(prefix: string): Promise<string[]> {
  const gone = (name: string): boolean => {
    const pid = Number(new RegExp(`^${prefix}(\\d+)-`).exec(name)?.[1])
    return Number.isInteger(pid) && !isRunning(pid)
  }
  return (await readdir(tmpdir())).filter(gone).map((name) => join(tmpdir(), name))
}

export function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch {
    return false
  }
}
