/** OpenStack Swift as an S3 store: one server for all specs of a run, a bucket for each that asks. */
import { spawn } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import {
  CreateBucketCommand,
  GetObjectCommand,
  ListMultipartUploadsCommand,
  ListObjectsV2Command,
  S3Client,
} from '@aws-sdk/client-s3'

/** The one user of the server that may write; `test:reader` may not. */
export const SWIFT_KEYS = { accessKeyId: 'test:tester', secretAccessKey: 'testing' }
export const SWIFT_READER = { accessKeyId: 'test:reader', secretAccessKey: 'reading' }

type Found = { readonly missing: true } | { readonly missing?: never; python: string; env: NodeJS.ProcessEnv }

// as the backend does
process.env['AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED'] ??= 'true'

let url: Promise<string | null> | undefined

/** In a `before` hook: starts the server where it has not been; where `npm test` could not get Swift the specs are skipped. */
export async function needsSwift(hook: Mocha.Context): Promise<void> {
  hook.timeout(60_000)
  if ((await (url ??= start())) === null) hook.skip()
}

async function start(): Promise<string | null> {
  const setup = new URL('../../scripts/setup/swift.mjs', import.meta.url).href
  const { findSwift } = (await import(setup)) as { findSwift: () => Found }
  const found = findSwift()
  if (found.missing) return null
  // it ends with its standard input, and so with whoever runs the specs
  const server = spawn(found.python, [fileURLToPath(new URL('swift/serve.py', import.meta.url))], {
    env: { ...process.env, ...found.env },
    stdio: ['pipe', 'pipe', 'inherit'],
  })
  const port = await new Promise<string>((resolve, reject) => {
    createInterface(server.stdout).once('line', resolve)
    server.once('exit', (code) => reject(new Error(`Swift ended with ${code}`)))
  })
  for (const held of [server, server.stdin, server.stdout]) (held as { unref?: () => void }).unref?.()
  return `http://127.0.0.1:${port}`
}

/** What is in a bucket, seen without the backend's own eyes. */
export class SwiftBucket {
  private constructor(
    readonly url: string,
    readonly name: string,
    private readonly client: S3Client,
  ) {}

  /** A new one, once a hook has seen to the server. */
  static async make(): Promise<SwiftBucket> {
    const address = await url
    if (!address) throw new Error('needsSwift comes first')
    const client = new S3Client({
      endpoint: address,
      region: 'us-east-1',
      forcePathStyle: true,
      credentials: SWIFT_KEYS,
    })
    const name = `spec-${randomUUID()}`
    await client.send(new CreateBucketCommand({ Bucket: name }))
    return new SwiftBucket(address, name, client)
  }

  async keys(): Promise<string[]> {
    const { Contents = [] } = await this.client.send(new ListObjectsV2Command({ Bucket: this.name }))
    return Contents.map(({ Key }) => Key ?? '')
  }

  async object(key: string): Promise<{ readonly bytes: Buffer; readonly type: string | undefined }> {
    const { Body, ContentType: type } = await this.client.send(new GetObjectCommand({ Bucket: this.name, Key: key }))
    return { bytes: Buffer.from((await Body?.transformToByteArray()) ?? []), type }
  }

  async objects(): Promise<Map<string, Buffer>> {
    const keys = await this.keys()
    return new Map(await Promise.all(keys.map(async (key) => [key, (await this.object(key)).bytes] as const)))
  }

  /** The keys of uploads that are neither completed nor aborted. */
  async unfinished(): Promise<string[]> {
    const { Uploads = [] } = await this.client.send(new ListMultipartUploadsCommand({ Bucket: this.name }))
    return Uploads.map(({ Key }) => Key ?? '')
  }

  close(): Promise<void> {
    this.client.destroy()
    return Promise.resolve()
  }
}
