/** The events of the model: every cause and link is always the same, so that only what matters tells two apart. */
import { source, edit } from '../../support/moment.js'
import { told, type Told } from './chart.js'
import { nameOf } from './world.js'

const published = (attempt: number) => ({ video_id: `v-${nameOf(attempt)}`, video_link: `link/${nameOf(attempt)}` })
export const attemptOfVideo = (videoId: string | null): number => (videoId === null ? -1 : Number(videoId.slice(3)) - 1)

export const created = told('Created', '', 'schedule', () => ({ source }))
export const edited = told('Edited', '', 'editor', () => ({ edit }))
export const sourceChanged = told('SourceChanged', '', 'schedule', () => ({ source: {} }))
export const retried = told('Retried', '', 'operator', () => ({ modification: null }))
export const resolvedAbsent = told('ResolvedAbsent', '', 'operator', () => ({ reason: null }))

export const reset = (force: boolean): Told =>
  told('Reset', force ? '(force)' : '', 'operator', () => ({ force, reason: null }))

export const resolvedUploaded = (attempt: number): Told =>
  told('ResolvedUploaded', nameOf(attempt), 'operator', () => ({ ...published(attempt), processing: false }))

export const claimed = (attempt: number, limit: number, by: string): Told =>
  told('Claimed', `${nameOf(attempt)} (limit ${limit})`, by, () => ({
    attempt: nameOf(attempt),
    attempts_limit: limit,
    why: null,
  }))

export const uploadOpened = (attempt: number, by: string): Told =>
  told('UploadOpened', nameOf(attempt), by, () => ({ attempt: nameOf(attempt), destination: null }))

export const finalizeStarted = (attempt: number, by: string): Told =>
  told('FinalizeStarted', nameOf(attempt), by, () => ({ attempt: nameOf(attempt), bytes: 1, receipt: null }))

export const uploaded = (attempt: number, by: string): Told =>
  told('Uploaded', nameOf(attempt), by, () => ({
    attempt: nameOf(attempt),
    ...published(attempt),
    processing: false,
  }))

export const orphanFound = (attempt: number, by: string): Told =>
  told('OrphanFound', nameOf(attempt), by, () => ({
    attempt: nameOf(attempt),
    upload_location: edit.upload_location,
    ...published(attempt),
  }))

export const orphanAborted = (attempt: number, by: string): Told =>
  told('OrphanAborted', nameOf(attempt), by, () => ({ attempt: nameOf(attempt), proof: 'confirmed' }))

export const released = (speaks: string, counts: boolean, proof: string | null, by: string): Told =>
  told('Released', `${speaks}${counts ? '' : ' (does not count)'}${proof === null ? '' : ' with proof'}`, by, () => ({
    attempt: speaks,
    cause: 'it failed',
    counts,
    not_before: null,
    proof,
  }))

export const failed = (speaks: string, by: string): Told =>
  told('Failed', speaks, by, () => ({ attempt: speaks, cause: 'it failed', proof: null }))

export const finalizeUnknown = (speaks: string, by: string): Told =>
  told('FinalizeUnknown', speaks, by, () => ({ attempt: speaks, cause: 'it cannot tell' }))

export const nodeLost = (speaks: string, lost: string, by: string): Told =>
  told('NodeLost', speaks, by, () => ({ attempt: speaks, lost, cause: 'its node is gone' }))

export const reconcileClaimed = (attempt: number, reconcile: string, by: string): Told =>
  told('ReconcileClaimed', `${nameOf(attempt)} as ${reconcile}`, by, () => ({ attempt: nameOf(attempt), reconcile }))
