import assert from 'node:assert/strict'
import { isOfField, readSequenceParameters } from '../../../src/cut/fast/parameterSets.js'

/** Bits as text, spaces for reading; filled up to whole bytes. */
function bytesOf(bits: string): Buffer {
  const plain = bits.replaceAll(' ', '')
  return Buffer.from((plain.match(/.{1,8}/g) ?? []).map((byte) => parseInt(byte.padEnd(8, '0'), 2)))
}

/** Exp-Golomb. */
function unsigned(value: number): string {
  const binary = (value + 1).toString(2)
  return '0'.repeat(binary.length - 1) + binary
}

/** Main profile, level 4.0, 1920x1088, frame numbers of 4 + `more` bits. */
const sequence = (framesOnly: boolean, more: number) =>
  bytesOf(
    [
      '01100111',
      ...['01001101', '00000000', '00101000'],
      ...[unsigned(0), unsigned(more), unsigned(0), unsigned(4), unsigned(1), '0'],
      ...[unsigned(119), unsigned(framesOnly ? 67 : 33), framesOnly ? '1' : '0 0', '1', '0', '0', '1'],
    ].join(''),
  )

/** A slice of type B, the first of its picture. */
const slice = (frameNumberBits: number, field: '0' | '1') =>
  bytesOf(['01000001', unsigned(0), unsigned(6), unsigned(0), '1'.repeat(frameNumberBits), field, '1'].join(''))

describe('H.264 of fields', () => {
  it('coded apart is told from frames by its slices', () => {
    for (const more of [0, 3, 12]) {
      const shape = readSequenceParameters('h264', sequence(false, more))
      assert.deepEqual([shape.interlaced, shape.width, shape.height], [true, 1920, 1088])
      assert.equal(isOfField(slice(4 + more, '1'), shape), true)
      assert.equal(isOfField(slice(4 + more, '0'), shape), false)
    }
  })

  it('is not looked for where there are frames only', () => {
    const shape = readSequenceParameters('h264', sequence(true, 0))
    assert.equal(shape.interlaced, false)
    assert.equal(isOfField(slice(4, '1'), shape), false)
  })
})
