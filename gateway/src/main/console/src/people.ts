import type { Change } from './changes'

const OWN_ACCOUNTS = ['system:serviceaccount:kube-system:', 'system:node:']
const OWN_NAMES = new Set(['system:kube-scheduler', 'system:apiserver'])

/** Whether an actor is a person or a person's program, and no part of the cluster. */
export const isUser = (actor: string) => !OWN_NAMES.has(actor) && !OWN_ACCOUNTS.some((prefix) => actor.startsWith(prefix))

/** Whether a user asked for an event: nodes and controllers act on an event before it, which they name. The same rule as the CLI's `log --people`. */
export const asked = (change: Change) => change.cause === '' && (change.impersonator !== '' || isUser(change.actor))

/** Who it was, and on whose behalf. */
export const actorOf = (change: { actor?: string; impersonator?: string }) =>
  change.impersonator ? `${change.actor ?? ''} (impersonated by ${change.impersonator})` : (change.actor ?? '')

/** The program through which a user wrote: the field manager. That of a node or a controller is the actor once more. */
export const managerOf = (change: { actor?: string; impersonator?: string; fieldManager?: string }) =>
  change.impersonator || isUser(change.actor ?? '') ? (change.fieldManager ?? '') : ''

/** An actor in a list: without what all accounts of nodes and controllers begin with. */
export const shortActor = (change: { actor?: string; impersonator?: string }) => actorOf(change).replace(/^system:(serviceaccount:kube-system:|node:)/, '')

/** A line of the event list: one event, or what nodes and controllers did between two events of users. */
export type EventLine = { change: Change; folded?: undefined } | { change: Change; folded: Change[] }

/**
 * The lines of a list of events.
 *
 * @param people whether events of nodes and controllers are folded into one line each run
 * @param open the newest revisions of the folded lines that are shown unfolded
 */
export function eventLines(changes: Change[], people: boolean, open: Set<number>): EventLine[] {
  if (!people) return changes.map((change) => ({ change }))
  const lines: EventLine[] = []
  let run: Change[] = []
  const close = () => {
    if (run.length === 0) return
    lines.push({ change: run[0]!, folded: run })
    if (open.has(run[0]!.revision)) run.forEach((change) => lines.push({ change }))
    run = []
  }
  for (const change of changes) {
    if (asked(change)) {
      close()
      lines.push({ change })
    } else run.push(change)
  }
  close()
  return lines
}
