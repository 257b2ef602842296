import type { Change } from './changes'
import { count } from './format'
import { asked } from './people'
import type { UndoAnswer, UndoCommand, UndoSpec } from './reviews'

export interface UndoChoice {
  name: string
  says: string
  /** Where the review is sent. */
  namespace: string
  spec: UndoSpec
}

/** What can be undone from an event on: first the object back to before it, last the whole namespace. */
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
    choices.splice(1, 0, { name: 'This event alone, with what it caused', says: 'later changes stay', namespace, spec: { from: only, to: only } })
  }
  if (space) {
    choices.push({ name: `The whole namespace ${space}, back to before this event`, says: 'undoes what users did since then', namespace: space, spec: { namespace: space, to: before } })
  }
  return choices
}

/** The commands that the cluster refuses, and the others. */
export function parted(commands: UndoCommand[]): { refused: UndoCommand[]; taken: UndoCommand[] } {
  return { refused: commands.filter((each) => each.refusal !== undefined), taken: commands.filter((each) => each.refusal === undefined) }
}

/**
 * What an undo came to, in a sentence.
 *
 * @param sent whether the commands were sent, and not only shown
 */
export function outcomeOf({ commands }: UndoAnswer, sent: boolean): string {
  const { refused, taken } = parted(commands)
  if (refused.length === 0) return sent ? `${commandsOf(taken.length)} done.` : ''
  const all = commandsOf(commands.length)
  if (sent) return `${taken.length} of ${all} done, ${refused.length} refused. Undo again when nothing is in the way.`
  return refused.length === commands.length ? 'The cluster would refuse this now.' : `The cluster would refuse ${refused.length} of ${all} now.`
}

const commandsOf = (n: number) => `${count(n)} ${n === 1 ? 'command' : 'commands'}`

/** Whether sending the commands can do anything. */
export const canSend = ({ commands, conflicts }: UndoAnswer) => conflicts.length === 0 && parted(commands).taken.length > 0

/** The label of the button that sends the commands. */
export const sendLabel = ({ commands }: UndoAnswer) => (commands.length === 0 ? 'Undo' : `Send ${commandsOf(commands.length)}`)
