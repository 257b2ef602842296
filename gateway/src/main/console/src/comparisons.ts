import { type Api, ApiError, HISTORY, type Moment, type ObjectReference, prefixOf } from './api'
import { type FieldChange, type RawChange, parsed } from './changes'
import { asMoment } from './moments'
import { keyOf } from './stories'
import { difference, isNoise } from './values'

export interface Comparison {
  /** Those with an owner, which follow from others, last. */
  objects: Compared[]
  /** Whether more changed between the moments than was looked at. */
  truncated: boolean
}

interface Compared {
  object: ObjectReference
  fields: FieldChange[]
  /** Whether another object owns it. */
  owned: boolean
  failure?: unknown
}

const MOST_EVENTS = 500
const MOST_OBJECTS = 60

/** Where an object is, at a moment that a prefix names. */
export function objectPath(object: ObjectReference, prefix: string): string {
  const base = object.apiVersion.includes('/') ? `/apis/${object.apiVersion}` : `/api/${object.apiVersion}`
  const namespace = object.namespace ? `/namespaces/${object.namespace}` : ''
  return `${prefix}${base}${namespace}/${object.resource}/${encodeURIComponent(object.name)}`
}

/** What is different between two moments as people type them: in an object, or in all of a namespace. */
export async function compared(api: Api, object: ObjectReference, from: string, to: string): Promise<Comparison> {
  const [a, b] = [from, to].map((text) => asMoment(text.trim(), Date.now())) as [Typed, Typed]
  const within = object.kind === 'Namespace' ? await touched(api, object.name, a, b) : { objects: [object], truncated: false }
  const objects = await Promise.all(
    within.objects.slice(0, MOST_OBJECTS).map(async (each): Promise<Compared> => {
      try {
        const [before, after] = await Promise.all([state(api, each, a), state(api, each, b)])
        return { object: each, fields: difference(before, after), owned: isOwned(after ?? before) }
      } catch (failure) {
        if (object.kind !== 'Namespace') throw failure
        return { object: each, fields: [], owned: false, failure }
      }
    }),
  )
  return {
    objects: objects
      .filter((each) => each.failure !== undefined || each.fields.some((field) => !isNoise(field.path)))
      .sort((a, b) => Number(a.owned) - Number(b.owned)),
    truncated: within.truncated || within.objects.length > MOST_OBJECTS,
  }
}

const isOwned = (state: unknown) => ((state as { metadata?: { ownerReferences?: unknown[] } } | undefined)?.metadata?.ownerReferences?.length ?? 0) > 0

type Typed = Moment | { time: string }

const prefix = (moment: Typed) => (typeof moment === 'object' ? `/at/${encodeURIComponent(moment.time)}` : prefixOf(moment))

async function state(api: Api, object: ObjectReference, moment: Typed): Promise<unknown> {
  try {
    return await api.get(objectPath(object, prefix(moment)))
  } catch (failure) {
    if (failure instanceof ApiError && failure.code === 404) return undefined
    throw failure
  }
}

/** The objects of a namespace that something happened to between two moments. */
async function touched(api: Api, namespace: string, from: Typed, to: Typed) {
  const query = new URLSearchParams({ order: 'newest', limit: String(MOST_EVENTS), fields: 'false' })
  const text = (moment: Typed) => (typeof moment === 'object' ? moment.time : String(moment))
  if (from !== 'live') query.set('from', text(from))
  if (to !== 'live') query.set('to', text(to))
  const list = await api.get<{ items: RawChange[]; metadata: { continue?: string } }>(`${HISTORY}/namespaces/${namespace}/changes?${query}`)
  const found = new Map(list.items.map(parsed).map((change) => [keyOf(change.object), change.object]))
  return { objects: [...found.values()].filter((object) => object.apiVersion !== ''), truncated: Boolean(list.metadata.continue) }
}
