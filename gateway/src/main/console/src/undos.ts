import type { Change } from './changes'
import { count } from './format'
import { asked } from './people'
import type { UndoSpec } from './reviews'

export interface UndoChoice {
  name: string
  says: string
  /** Where the review is sent. */
  namespace: string
  spec: UndoSpec
}

/** What can be taken back from an event on: the object to before it first, the whole namespace last. */
export function undoChoices(change: Change): UndoChoice[] {
  const { apiVersion, kind, namespace, name } = change.object
  const object = { apiVersion, kind, namespace, name }
  const before = String(change.revision - 1)
  const space = kind === 'Namespace' ? name : namespace
  const choices: UndoChoice[] = [
    { name: `${kind} ${name}, back to before this event`, says: `as at revision ${count(change.revision - 1)}`, namespace, spec: { object, to: before } },
    { name: `${kind} ${name}, back to after this event`, says: `as at revision ${count(change.revision)}`, namespace, spec: { object, to: String(change.revision) } },
  ]
  if (asked(change)) {
    const only = String(change.revision)
    choices.splice(1, 0, { name: 'This event alone, and what came of it', says: 'later changes stay', namespace, spec: { from: only, to: only } })
  }
  if (space) {
    choices.push({ name: `The whole namespace ${space}, back to before this event`, says: 'what users did since', namespace: space, spec: { namespace: space, to: before } })
  }
  return choices
}
