import { type Api, ApiError, HISTORY, type ObjectReference } from './api'
import type { Change, Changes, FieldChange } from './changes'
import { parsed } from './changes'

/** One step of the answer to "why?", from the user's command down. */
export interface CauseStep {
  revision?: number | string
  time?: string
  actor?: string
  what?: string
  object?: Partial<ObjectReference>
  [more: string]: unknown
}

/** One command that an undo would send, or has sent. */
export interface UndoCommand {
  verb?: string
  object?: Partial<ObjectReference>
  fields?: FieldChange[]
  [more: string]: unknown
}

export interface UndoAnswer {
  commands: UndoCommand[]
  conflicts: unknown[]
}

export type UndoSpec = { from: string; to: string } | { object: Partial<ObjectReference>; to: string }

/** A question to the history API: posted with a spec, it comes back with a status. */
async function ask<T>(api: Api, resource: string, kind: string, spec: unknown, query = ''): Promise<T> {
  const body = { apiVersion: 'history.shiplog.io/v1', kind, metadata: {}, spec }
  const answer = await api.post<{ status?: T }>(`${HISTORY}/${resource}${query}`, body)
  return answer.status ?? ({} as T)
}

/** The chain of causes of an event, root first. A server that does not answer Cause has its events' links followed. */
export async function causes(api: Api, changes: Changes, change: Change): Promise<{ chain: CauseStep[]; reviewed: boolean }> {
  try {
    const status = await ask<{ chain?: CauseStep[] }>(api, 'causes', 'Cause', { change: String(change.revision) })
    return { chain: status.chain ?? [], reviewed: true }
  } catch (failure) {
    if (!(failure instanceof ApiError && failure.unserved)) throw failure
    return { chain: (await linked(changes, change)).map(stepOf), reviewed: false }
  }
}

const LONGEST_CHAIN = 32

async function linked(changes: Changes, change: Change): Promise<Change[]> {
  const chain = [change]
  while (chain[0]!.cause && chain.length < LONGEST_CHAIN) {
    const revision = Number(chain[0]!.cause.split('/').at(-1))
    const held = changes.at(revision)
    chain.unshift(held?.revision === revision ? held : parsed(await changes.whole(revision)))
  }
  return chain
}

const stepOf = (change: Change): CauseStep => ({
  revision: change.revision,
  time: new Date(change.time).toISOString(),
  actor: change.actor,
  what: change.word,
  object: change.object,
})

/** What the scheduler weighed when it placed a pod. */
export const scheduleReview = (api: Api, pod: ObjectReference, at: number) =>
  ask<Record<string, unknown>>(api, 'schedulereviews', 'ScheduleReview', {
    pod: { namespace: pod.namespace, name: pod.name },
    at: String(at),
  })

export async function undo(api: Api, spec: UndoSpec, dryRun: boolean): Promise<UndoAnswer> {
  const status = await ask<Partial<UndoAnswer>>(api, 'undoes', 'Undo', spec, dryRun ? '?dryRun=All' : '')
  return { commands: status.commands ?? [], conflicts: status.conflicts ?? [] }
}
