import { access, rm } from 'node:fs/promises'
import { mutated, mutationNames } from '../../soak/mutation.js'

describe('A mutation of the program', () => {
  for (const name of mutationNames)
    it(`finds the fence of ${name} where it is`, async () => {
      const { program, folder } = await mutated(name)
      await access(program)
      await rm(folder, { recursive: true })
    })
})
