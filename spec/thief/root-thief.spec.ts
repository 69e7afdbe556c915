import { ROOT_THIEF } from './root-thief.js'
import { describeThief } from './thief.js'

describeThief(ROOT_THIEF)
