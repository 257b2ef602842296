import { useState } from 'preact/hooks'
import { Shown, type Answer, useAnswer } from './answers'
import type { Api } from './api'
import type { Change } from './changes'
import { Diff, Manifest } from './Diff'
import { Dialog } from './Dialog'
import { count } from './format'
import { type UndoAnswer, type UndoCommand, undo } from './reviews'
import { undoChoices } from './undos'

/** Shows what an undo would do, and does it when told to. */
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
  const commands = preview.value?.commands.length ?? 0
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
      <h4>{done?.value ? 'Done' : 'Preview'}</h4>
      <div class="preview scroll" tabIndex={0}>
        <Shown answer={done ?? preview}>{(answer) => <Plan answer={answer} />}</Shown>
      </div>
      <footer>
        <button onClick={close}>{done ? 'Close' : 'Cancel'}</button>
        {!done && (
          <button class="primary danger" disabled={busy || commands === 0} onClick={() => void run()}>
            {commands > 0 ? `Send ${count(commands)} ${commands === 1 ? 'command' : 'commands'}` : 'Undo'}
          </button>
        )}
      </footer>
    </Dialog>
  )
}

function Plan({ answer }: { answer: UndoAnswer }) {
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
      {answer.commands.map((command, index) => (
        <PlannedCommand key={index} command={command} />
      ))}
      {answer.notes.map((note) => (
        <p key={note} class="quiet">
          {note}
        </p>
      ))}
      {answer.commands.length === 0 && answer.conflicts.length === 0 && <p class="quiet">There is nothing to do: the cluster is as it was.</p>}
    </>
  )
}

function PlannedCommand({ command }: { command: UndoCommand }) {
  const { verb, object, fields, manifest } = command
  const secret = object.kind === 'Secret'
  return (
    <div class="planned">
      <p>
        <span class="word">{verb}</span> <b>{`${object.kind ?? object.resource ?? ''} ${object.name ?? ''}`}</b>{' '}
        <span class="quiet">{object.namespace}</span>
      </p>
      {fields && <Diff fields={fields} secret={secret} />}
      {manifest !== undefined && <Manifest object={manifest as Record<string, unknown>} secret={secret} />}
    </div>
  )
}
