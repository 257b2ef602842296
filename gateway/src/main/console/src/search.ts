import type { Change } from './changes'

/** The words of a search, in lower case. */
export const wordsOf = (query: string) => query.toLowerCase().split(/\s+/).filter(Boolean)

/** Whether an event has every word in its object, its actor or its kind of event. */
export function matches(change: Change, words: string[]): boolean {
  if (words.length === 0) return true
  const { object } = change
  const text = [object.kind, object.name, object.namespace, change.actor, change.impersonator, change.word, change.verb, change.revision].join(' ').toLowerCase()
  return words.every((word) => text.includes(word))
}
