/** The secret that a webhook's messages are signed with. It is read for each message, so a new one needs no restart. */
import { readFile } from 'node:fs/promises'
import { type Either, left, right } from 'fp-ts/lib/Either.js'

/** The file's content without the white space around it; else what is wrong with it, which holds nothing of the content. */
export async function readSecret(file: string): Promise<Either<string, string>> {
  let text: string
  try {
    text = await readFile(file, 'utf8')
  } catch (error) {
    return left(`the secret in ${file} can't be read (${(error as NodeJS.ErrnoException).code ?? 'unknown'})`)
  }
  const secret = text.trim()
  return secret === '' ? left(`the secret in ${file} is empty`) : right(secret)
}
