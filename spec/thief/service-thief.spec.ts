import { SERVICE_THIEF } from './service-thief.js'
import { describeThief } from './thief.js'

describeThief(SERVICE_THIEF)
