import { transitionTable } from './transitionTable.js'

process.stdout.write(transitionTable())
