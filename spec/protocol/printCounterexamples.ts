import { counterexamples } from './counterexamples.js'

process.stdout.write(counterexamples())
