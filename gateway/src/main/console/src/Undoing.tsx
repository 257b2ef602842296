import { useState } from 'preact/hooks'
import { Shown, type Answer, useAnswer } from './answers'
import type { Api } from './api'
import type { Change } from './changes'
import { Diff, Manifest } from './Diff'
import { Dialog } from './Dialog'
import { type UndoAnswer, type UndoCommand, undo } from './reviews'
import { canSend, outcomeOf, parted, sendLabel, undoChoices } from './undos'

/** Shows what an undo would do, and sends its commands when confirmed. */
export function Undoing({ api, change, close }: { api: Api; change: Change; close: () => void }) {
  const choices = undoChoices(change)
  const [chosen, setChosen] = useState(0)
  const [done, setDone] = useState<Answer<UndoAnswer>>()
  const [busy, setBusy] = useState(false)
  const choice = choices[chosen]!
  const preview = useAnswer(() => undo(api, choice.namespace, choice.spec, true), [chosen])
  const run = async () => {
    setBusy(true)
    setDone(await undo(api, choice.namespace, choice.spec, false).then((value) => ({ value }), (failure: unknown) => ({ failure })))
    setBusy(false)
  }
  return (
    <Dialog title="Undo" close={close} wide>
      <fieldset disabled={busy || done !== undefined} aria-label="What to undo">
        {choices.map((each, index) => (
          <label key={index} class="choice">
            <input type="radio" name="undo" checked={chosen === index} onChange={() => setChosen(index)} />
            <span>
              {each.name} <span class="quiet">{each.says}</span>
            </span>
          </label>
        ))}
      </fieldset>
      <h4>{done ? 'Result' : 'Preview'}</h4>
      <div class="preview scroll" tabIndex={0}>
        <Shown answer={done ?? preview}>{(answer) => <Plan answer={answer} sent={done !== undefined} />}</Shown>
      </div>
      <footer>
        <button onClick={close}>{done ? 'Close' : 'Cancel'}</button>
        {!done && (
          <button class="primary danger" disabled={busy || !preview.value || !canSend(preview.value)} onClick={() => void run()}>
            {preview.value ? sendLabel(preview.value) : 'Undo'}
          </button>
        )}
      </footer>
    </Dialog>
  )
}

/** What would be done, or was: conflicts first, then refused commands, then the rest. */
function Plan({ answer, sent }: { answer: UndoAnswer; sent: boolean }) {
  const { refused, taken } = parted(answer.commands)
  const outcome = outcomeOf(answer, sent)
  return (
    <>
      {answer.conflicts.length > 0 && (
        <div class="alert">
          The cluster has moved on:
          {answer.conflicts.map((conflict, index) => (
            <p key={index}>
              {conflict.object.kind} {conflict.object.name} {conflict.path && <code>{conflict.path}</code>} {conflict.message}
            </p>
          ))}
        </div>
      )}
      {outcome && (
        <p class={refused.length > 0 ? 'alert' : 'notice'} role="status">
          {outcome}
        </p>
      )}
      {refused.length > 0 && taken.length > 0 && <h4>{sent ? 'Refused' : 'Would be refused'}</h4>}
      {refused.map((command, index) => (
        <PlannedCommand key={index} command={command} folded={answer.commands.length > 1 || command.refusal !== undefined} />
      ))}
      {refused.length > 0 && taken.length > 0 && <h4>{sent ? 'Done' : 'Would be done'}</h4>}
      {taken.map((command, index) => (
        <PlannedCommand key={index} command={command} folded={answer.commands.length > 1 || command.refusal !== undefined} />
      ))}
      {answer.notes.map((note) => (
        <p key={note} class="quiet">
          {note}
        </p>
      ))}
      {answer.commands.length === 0 && answer.conflicts.length === 0 && <p class="quiet">There is nothing to undo: the cluster has this state already.</p>}
    </>
  )
}

/** @param props.folded whether a whole object is shown only when it is asked for */
function PlannedCommand({ command, folded }: { command: UndoCommand; folded: boolean }) {
  const { verb, object, fields, manifest, refusal } = command
  const secret = object.kind === 'Secret'
  return (
    <div class={`planned ${refusal === undefined ? '' : 'refused'}`}>
      <p>
        <span class="word">{verb}</span> <b>{`${object.kind ?? object.resource ?? ''} ${object.name ?? ''}`}</b>{' '}
        <span class="quiet">{object.namespace}</span>
      </p>
      {refusal !== undefined && <p class="refusal">{refusal}</p>}
      {fields && <Diff fields={fields} secret={secret} />}
      {manifest !== undefined && (
        <details open={!folded}>
          <summary>The object</summary>
          <Manifest object={manifest as Record<string, unknown>} secret={secret} />
        </details>
      )}
    </div>
  )
}
