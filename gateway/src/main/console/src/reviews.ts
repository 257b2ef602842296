import { type Api, HISTORY, type ObjectReference } from './api'
import type { Change, FieldChange } from './changes'

/** Why a node does not fit. */
export interface Objection {
  plugin: string
  reasons: string[]
}

export interface Score {
  plugin: string
  score: number
  weight: number
}

export interface NodeVerdict {
  name: string
  fits: boolean
  objections?: Objection[]
  total?: number
  scores?: Score[]
}

/** The scheduler's decision, repeated on the state of its moment. */
export interface Scheduling {
  decision: 'OnNode' | 'ByPreemption' | 'Nowhere' | string
  node?: string
  choice?: string
  message?: string
  nodes?: NodeVerdict[]
  victims?: { namespace: string; name: string }[]
}

/** One step of the answer to "why?", from the user's command down; an Event object's if it has a reason. */
export interface CauseStep {
  shard?: string
  revision?: string
  what?: string
  time?: string
  actor?: string
  impersonator?: string
  fieldManager?: string
  object?: Partial<ObjectReference>
  fields?: FieldChange[]
  scheduling?: Scheduling
  reason?: string
  message?: string
  unreadable?: string
}

/** One command that an undo would send, or has sent. */
export interface UndoCommand {
  verb: string
  object: Partial<ObjectReference>
  fields?: FieldChange[]
  manifest?: unknown
  /** Why the cluster refuses it; absent for a command that it takes. */
  refusal?: string
}

export interface UndoConflict {
  object: Partial<ObjectReference>
  path?: string
  message: string
}

export interface UndoAnswer {
  commands: UndoCommand[]
  conflicts: UndoConflict[]
  notes: string[]
}

export type UndoSpec = { from: string; to: string } | { namespace: string; to: string } | { object: Partial<ObjectReference>; to: string }

/** A question to the history API: posted with a spec, it comes back with a status. Asked in its object's namespace, as roles are given. */
async function ask<T>(api: Api, namespace: string, resource: string, kind: string, spec: unknown, query = ''): Promise<Partial<T>> {
  const body = { apiVersion: 'history.shiplog.io/v1', kind, metadata: {}, spec }
  const within = namespace ? `/namespaces/${namespace}` : ''
  const answer = await api.post<{ status?: Partial<T> }>(`${HISTORY}${within}/${resource}${query}`, body)
  return answer.status ?? {}
}

/** Why an event happened. */
export interface Cause {
  /** How the object is and whose change that follows from, in a sentence or two; empty where nothing is known. */
  verdict: string
  /** The root first. */
  chain: CauseStep[]
}

export async function causes(api: Api, change: Change): Promise<Cause> {
  const status = await ask<Cause>(api, change.object.namespace, 'causes', 'Cause', { change: String(change.revision) })
  return { verdict: status.verdict ?? '', chain: status.chain ?? [] }
}

/** @param dryRun whether nothing is sent, and the answer says what would be done */
export async function undo(api: Api, namespace: string, spec: UndoSpec, dryRun: boolean): Promise<UndoAnswer> {
  const { commands = [], conflicts = [], notes = [] } = await ask<UndoAnswer>(api, namespace, 'undoes', 'Undo', spec, dryRun ? '?dryRun=All' : '')
  return { commands, conflicts, notes }
}

/** A value and who set it; of a text with several lines, who set each. */
export interface Blamed extends Author {
  path: string
  /** Where the value is in the object (RFC 6901). */
  pointer: string
  lines?: Author[]
}

export interface Author {
  revision?: string
  time?: string
  actor?: string
  impersonator?: string
  fieldManager?: string
  verb?: string
}

/** Who set each value of an object, as it was after an event; before it, if the event deleted the object. */
export async function blame(api: Api, change: Change): Promise<{ object: unknown; fields: Blamed[] }> {
  const { apiVersion, kind, name, namespace } = change.object
  const spec = { object: { apiVersion, kind, name, namespace }, at: String(change.revision) }
  const status = await ask<{ object: unknown; fields: Blamed[] }>(api, namespace, 'blames', 'Blame', spec)
  return { object: status.object, fields: status.fields ?? [] }
}
