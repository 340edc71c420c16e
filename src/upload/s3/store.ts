/** Requests to an S3 store, one try each. Every method throws an S3Error, or the reason of an aborted signal. */
import type * as Sdk from '@aws-sdk/client-s3'
import type { CredentialsSource } from './credentials.js'
import { type Place, S3Error, TORN, errorOf } from './errors.js'

export interface StoreOptions {
  /** The store's address; AWS' own where it is left out. */
  readonly endpoint?: string
  readonly region: string
  readonly bucket: string
  /** The bucket stands in the path, not in the host's name. */
  readonly pathStyle: boolean
  readonly credentials: CredentialsSource
  /** So long may neither a byte go out nor an answer come. */
  readonly stallSeconds?: number
}

/** An upload under way. */
export interface Upload {
  readonly key: string
  readonly upload: string
}

export interface Part {
  readonly number: number
  readonly tag: string
}

export interface Found {
  readonly bytes: number
  /** Of whose upload it is; undefined where it is none of ours. */
  readonly attempt: string | undefined
}

interface Opened {
  readonly sdk: typeof Sdk
  readonly client: Sdk.S3Client
}

/** In the object's metadata, from the upload's beginning on: by it an attempt knows its own object. */
const ATTEMPT = 'reelstate-attempt'
const CONNECT_MS = 10_000
/** The client asks for the keys anew five minutes before they expire; so within a minute new ones need no restart. */
const KEYS_MS = 6 * 60_000

export class Store {
  #opened: Promise<Opened> | undefined

  constructor(private readonly options: StoreOptions) {}

  get bucket(): string {
    return this.options.bucket
  }

  /** Its address, without a slash at the end. */
  get address(): string {
    const { endpoint, region } = this.options
    return endpoint === undefined ? `https://s3.${region}.amazonaws.com` : endpoint.replace(/\/+$/, '')
  }

  /** Begins an upload of the attempt's, and returns the store's id of it. */
  async begin(key: string, attempt: string, contentType: string, signal?: AbortSignal): Promise<string> {
    const { UploadId: upload } = await this.#ask(
      'the beginning of an upload',
      signal,
      ({ sdk, client, bucket, options }) =>
        client.send(
          new sdk.CreateMultipartUploadCommand({
            Bucket: bucket,
            Key: key,
            ContentType: contentType,
            Metadata: { [ATTEMPT]: attempt },
          }),
          options,
        ),
    )
    if (upload === undefined) throw this.#nonsense('begins an upload without giving it an id')
    return upload
  }

  /** Puts a part, in place of one of the same number. */
  async put({ key, upload }: Upload, number: number, body: Buffer, signal?: AbortSignal): Promise<Part> {
    const { ETag: tag } = await this.#ask('a part', signal, ({ sdk, client, bucket, options }) =>
      client.send(
        new sdk.UploadPartCommand({ Bucket: bucket, Key: key, UploadId: upload, PartNumber: number, Body: body }),
        options,
      ),
    )
    if (tag === undefined) throw this.#nonsense('takes a part without giving it a tag')
    return { number, tag }
  }

  async complete({ key, upload }: Upload, parts: readonly Part[], signal?: AbortSignal): Promise<void> {
    const Parts = parts.map(({ number, tag }) => ({ PartNumber: number, ETag: tag }))
    await this.#ask('the end of an upload', signal, ({ sdk, client, bucket, options }) =>
      client.send(
        new sdk.CompleteMultipartUploadCommand({
          Bucket: bucket,
          Key: key,
          UploadId: upload,
          MultipartUpload: { Parts },
        }),
        options,
      ),
    )
  }

  /** Whether there was such an upload to abort. What becomes of it has to be looked at afterwards. */
  async abort({ key, upload }: Upload): Promise<boolean> {
    return this.#unlessMissing(
      this.#ask('the abort of an upload', undefined, ({ sdk, client, bucket }) =>
        client.send(new sdk.AbortMultipartUploadCommand({ Bucket: bucket, Key: key, UploadId: upload })),
      ),
    )
  }

  /** Whether there is such an unfinished upload. Swift knows one also after it was completed. */
  async knows({ key, upload }: Upload): Promise<boolean> {
    return this.#unlessMissing(
      this.#ask('the question for the parts of an upload', undefined, ({ sdk, client, bucket }) =>
        client.send(new sdk.ListPartsCommand({ Bucket: bucket, Key: key, UploadId: upload, MaxParts: 1 })),
      ),
    )
  }

  /** The object, or null where there is none. Without the right to list the bucket a store says 403 instead. */
  async find(key: string): Promise<Found | null> {
    try {
      const { ContentLength: bytes = 0, Metadata = {} } = await this.#ask(
        'the question for an object',
        undefined,
        ({ sdk, client, bucket }) => client.send(new sdk.HeadObjectCommand({ Bucket: bucket, Key: key })),
      )
      return { bytes, attempt: Metadata[ATTEMPT] }
    } catch (error) {
      if (error instanceof S3Error && error.status === 404) return null
      throw error
    }
  }

  /** Whether an object that is there, and is not empty, has its last byte too. */
  async isWhole(key: string): Promise<boolean> {
    try {
      await this.#ask('the question for the end of an object', undefined, async ({ sdk, client, bucket }) => {
        const { Body } = await client.send(new sdk.GetObjectCommand({ Bucket: bucket, Key: key, Range: 'bytes=-1' }))
        await Body?.transformToByteArray()
      })
      return true
    } catch (error) {
      if (error instanceof S3Error && error.code === TORN) return false
      throw error
    }
  }

  async #unlessMissing(asked: Promise<unknown>): Promise<boolean> {
    try {
      await asked
      return true
    } catch (error) {
      // Swift calls a completed upload that is to be aborted a missing key
      if (error instanceof S3Error && (error.code === 'NoSuchUpload' || error.code === 'NoSuchKey')) return false
      throw error
    }
  }

  async #ask<A>(
    doing: string,
    signal: AbortSignal | undefined,
    send: (by: Opened & { bucket: string; options: { abortSignal?: AbortSignal } }) => Promise<A>,
  ): Promise<A> {
    signal?.throwIfAborted()
    const opening = (this.#opened ??= this.#open())
    try {
      const { bucket } = this.options
      return await send({ ...(await opening), bucket, options: signal === undefined ? {} : { abortSignal: signal } })
    } catch (error) {
      signal?.throwIfAborted()
      const told = errorOf(error, doing, this.#place)
      // the keys may be others by now: whoever asks next reads them
      if (told.reaction === 'refused' && this.#opened === opening) this.#opened = undefined
      throw told
    }
  }

  /** The library takes a third of a second to load: only who asks a store waits for it. */
  async #open(): Promise<Opened> {
    // which Node it is, our own start says
    process.env['AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED'] ??= 'true'
    const sdk = await import('@aws-sdk/client-s3')
    const { endpoint, region, pathStyle, credentials, stallSeconds = 60 } = this.options
    const client = new sdk.S3Client({
      ...(endpoint !== undefined && { endpoint }),
      region,
      forcePathStyle: pathStyle,
      credentials: async () => ({ ...(await credentials.read()), expiration: new Date(Date.now() + KEYS_MS) }),
      // whoever asks tries again by itself
      maxAttempts: 1,
      // stores other than AWS know no checksums; the signature has a SHA-256 of each part anyway
      requestChecksumCalculation: 'WHEN_REQUIRED',
      responseChecksumValidation: 'WHEN_REQUIRED',
      // who doesn't know it would have every part wait
      expectContinueHeader: false,
      requestHandler: { connectionTimeout: CONNECT_MS, socketTimeout: stallSeconds * 1000 },
    })
    return { sdk, client }
  }

  get #place(): Place {
    return { store: this.address, bucket: this.options.bucket, credentials: this.options.credentials.name }
  }

  #nonsense(what: string): S3Error {
    return new S3Error(`${this.address} ${what}: it is no S3 store, correct the location's endpoint`, 'refused')
  }
}
