import { NETWORK_THIEF } from './network-thief.js'
import { describeThief } from './thief.js'

describeThief(NETWORK_THIEF)
