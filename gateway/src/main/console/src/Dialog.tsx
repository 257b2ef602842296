import type { ComponentChildren } from 'preact'
import { useEffect, useRef, useState } from 'preact/hooks'
import { copy } from './format'

export function Dialog(props: { title: string; close: () => void; children: ComponentChildren; wide?: boolean }) {
  const dialog = useRef<HTMLDialogElement>(null)
  useEffect(() => {
    dialog.current!.showModal()
    // Not on the button that closes it: what is in the dialog comes first.
    dialog.current!.focus()
  }, [])
  return (
    <dialog
      ref={dialog}
      tabIndex={-1}
      class={props.wide ? 'wide' : ''}
      aria-labelledby="dialog-title"
      onClose={props.close}
      onClick={(event) => event.target === dialog.current && dialog.current!.close()}
    >
      <div class="body">
        <header>
          <h2 id="dialog-title">{props.title}</h2>
          <button class="icon" aria-label="Close" onClick={() => dialog.current!.close()}>
            ×
          </button>
        </header>
        {props.children}
      </div>
    </dialog>
  )
}

/** A command to take away, shown whole for browsers that keep the clipboard to themselves. */
export function Command({ text }: { text: string }) {
  const [done, setDone] = useState<boolean>()
  return (
    <div class="command">
      <pre tabIndex={0}>{text}</pre>
      <button onClick={async () => setDone(await copy(text))}>{done === undefined ? 'Copy' : done ? 'Copied' : 'Select and copy'}</button>
    </div>
  )
}
