// Loaded into a process by a spec: on SIGUSR2 a promise fails that nobody waits for, or an error comes up that nobody catches.
import process from 'node:process'
import { setTimeout } from 'node:timers'

process.on('SIGUSR2', () => {
  if (process.env['SPEC_CARELESS'] === 'rejects') void Promise.reject(new Error('nobody waits for this'))
  else
    setTimeout(() => {
      throw new Error('nobody catches this')
    })
})
