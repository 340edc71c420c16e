/** The simulator in a process of its own: prints its address. */
import { YoutubeSimulator } from '../spec/youtube/simulator.js'

const simulator = await YoutubeSimulator.start()
process.stdout.write(`${simulator.url}\n`)
