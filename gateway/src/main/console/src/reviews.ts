import { type Api, HISTORY, type ObjectReference } from './api'
import type { Change, FieldChange } from './changes'

/** Why a node does not do. */
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

/** The scheduler's decision, made again on the state of its moment. */
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

export type UndoSpec = { from: string; to: string } | { object: Partial<ObjectReference>; to: string }

/** A question to the history API: posted with a spec, it comes back with a status. Asked in its object's namespace, as roles are given. */
async function ask<T>(api: Api, about: ObjectReference, resource: string, kind: string, spec: unknown, query = ''): Promise<Partial<T>> {
  const body = { apiVersion: 'history.shiplog.io/v1', kind, metadata: {}, spec }
  const within = about.namespace ? `/namespaces/${about.namespace}` : ''
  const answer = await api.post<{ status?: Partial<T> }>(`${HISTORY}${within}/${resource}${query}`, body)
  return answer.status ?? {}
}

/** The chain of causes of an event, root first. */
export async function causes(api: Api, change: Change): Promise<CauseStep[]> {
  const status = await ask<{ chain: CauseStep[] }>(api, change.object, 'causes', 'Cause', { change: String(change.revision) })
  return status.chain ?? []
}

/** @param dryRun to be told what would be done */
export async function undo(api: Api, about: ObjectReference, spec: UndoSpec, dryRun: boolean): Promise<UndoAnswer> {
  const { commands = [], conflicts = [], notes = [] } = await ask<UndoAnswer>(api, about, 'undoes', 'Undo', spec, dryRun ? '?dryRun=All' : '')
  return { commands, conflicts, notes }
}
