import { subscribe, unsubscribe } from 'node:diagnostics_channel'

/** Hears a channel until the function returned is called. What the listener throws is dropped: node would end the process over it. */
export function hear<T>(channel: string, listener: (event: T) => void): () => void {
  const contained = (event: unknown): void => {
    try {
      listener(event as T)
    } catch {
      // Telling changes nothing.
    }
  }
  subscribe(channel, contained)
  return () => void unsubscribe(channel, contained)
}
