import { type Api, HISTORY, type Moment, NO_OBJECT, type ObjectReference } from './api'
import { type Change, type FieldChange, type RawChange, parsed } from './changes'
import { asked } from './people'
import { keyOf } from './stories'

/** The words of a search, in lower case. */
export const wordsOf = (query: string) => query.toLowerCase().split(/\s+/).filter(Boolean)

/** Labels and fields: events that are loaded do not hold them, only the server can search them. */
const onlyOnServer = (word: string) => word.includes('=') || (word.length > 1 && word.startsWith('.'))

/** Whether an event has every word in its object, its actor or its kind of event. Words for labels and fields are passed over. */
export function matches(change: Change, words: string[]): boolean {
  if (words.length === 0) return true
  const { object } = change
  const actor = asked(change) ? change.actor : ''
  const text = [object.kind, object.name, object.namespace, actor, change.impersonator, change.word, change.verb, change.revision].join(' ').toLowerCase()
  return words.every((word) => onlyOnServer(word) || text.includes(word) || isNameOf(change.actor.toLowerCase(), word))
}

/** The cluster's own accounts are found by their whole name: "api" is not about system:apiserver. */
const isNameOf = (actor: string, word: string) => actor === word || actor.split(':').at(-1) === word

/** An event that was found; with what it changed, where the search was for a field. */
export interface FoundEvent {
  change: Change
  fields?: FieldChange[]
}

/** What the server found: objects of the moment, objects that were deleted before it, and events. */
export interface Found {
  objects: ObjectReference[]
  /** Whether there are more objects than are listed. */
  moreObjects: boolean
  /** The deletion of each. */
  deleted: Change[]
  events: FoundEvent[]
  /** The revision down to which all events were searched. */
  searchedTo: number
  /** Whether there are older events to search. */
  more: boolean
}

interface SearchStatus {
  objects?: Partial<ObjectReference>[]
  moreObjects?: boolean
  deleted?: RawChange[]
  changes?: RawChange[]
  searchedTo?: string
  more?: boolean
}

/**
 * Searches the cluster.
 *
 * @param namespace empty for all namespaces
 * @param people whether only events are searched that users asked for
 * @param after the answer to go on from: what is found is put behind it
 */
export async function search(api: Api, namespace: string, text: string, moment: Moment, people: boolean, after?: Found): Promise<Found> {
  const spec = {
    text,
    ...(moment === 'live' ? {} : { at: String(moment) }),
    ...(people ? { people } : {}),
    ...(after ? { before: String(after.searchedTo) } : {}),
  }
  const body = { apiVersion: 'history.shiplog.io/v1', kind: 'Search', metadata: {}, spec }
  const { status = {} } = await api.post<{ status?: SearchStatus }>(`${HISTORY}${namespace ? `/namespaces/${namespace}` : ''}/searches`, body)
  const found: Found = {
    objects: (status.objects ?? []).map((object) => ({ ...NO_OBJECT, ...object })),
    moreObjects: status.moreObjects ?? false,
    deleted: (status.deleted ?? []).map(parsed),
    events: (status.changes ?? []).map((raw) => ({ change: parsed(raw), fields: raw.fields })),
    searchedTo: Number(status.searchedTo ?? 1),
    more: status.more ?? false,
  }
  return after ? joined(after, found) : found
}

/** Two answers as one. An older deletion of the same object, or an event that is there already, is left out. */
export function joined(newer: Found, older: Found): Found {
  const gone = new Set(newer.deleted.map((change) => keyOf(change.object)))
  const seen = new Set(newer.events.map(({ change }) => change.revision))
  return {
    ...older,
    objects: newer.objects,
    moreObjects: newer.moreObjects,
    deleted: [...newer.deleted, ...older.deleted.filter((change) => !gone.has(keyOf(change.object)))],
    events: [...newer.events, ...older.events.filter(({ change }) => !seen.has(change.revision))],
  }
}
