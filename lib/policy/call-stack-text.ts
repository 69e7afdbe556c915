import { isServiceName } from '../model/names.js'
import type { CallFrame } from './call.js'
import { quoted } from './quoted.js'

/** More frames than this are cut out of the middle. */
const MAX_SHOWN_FRAMES = 32

/** The services of a call stack, nearest caller first, as `cart < shop`. Names that are no service names are quoted. */
export function callStackText(frames: readonly CallFrame[]): string {
  if (frames.length <= MAX_SHOWN_FRAMES) return joined(frames)
  const half = MAX_SHOWN_FRAMES / 2
  const hidden = frames.length - MAX_SHOWN_FRAMES
  return `${joined(frames.slice(0, half))} < (${hidden} more) < ${joined(frames.slice(-half))}`
}

function joined(frames: readonly CallFrame[]): string {
  let text = ''
  for (const { service } of frames) {
    const name = isServiceName(service) ? service : quoted(service)
    text = text === '' ? name : `${text} < ${name}`
  }
  return text
}
