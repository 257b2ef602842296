import { useState } from 'preact/hooks'
import type { FieldChange } from './changes'
import { yaml } from './format'
import { isNoise, lineDiff, masked, maskedFields, near, quieted } from './values'

/** What changed, field by field. Values of Secrets, and bookkeeping fields, are shown when asked for. */
export function Diff({ fields, secret }: { fields: FieldChange[] | undefined; secret: boolean }) {
  const [all, setAll] = useState(false)
  const [open, setOpen] = useState(false)
  if (!fields) return <p class="notice">The state before this event is not known.</p>
  const loud = fields.filter((field) => !isNoise(field.path))
  const picked = all ? fields : loud
  const shown = secret && !open ? maskedFields(picked) : picked
  return (
    <div class="diff">
      {shown.map((field) => (
        <div key={field.path + field.op} class="field">
          <code class="path">{field.path || 'the whole object'}</code>
          <Values field={all ? field : { ...field, before: calm(field.before), after: calm(field.after) }} />
        </div>
      ))}
      {shown.length === 0 && <p class="quiet">Only bookkeeping fields changed.</p>}
      <p class="toggles">
        {loud.length < fields.length && (
          <button class="link" onClick={() => setAll(!all)}>
            {all ? 'Hide bookkeeping' : `Show bookkeeping (${fields.length - loud.length})`}
          </button>
        )}
        {secret && <Reveal open={open} turn={() => setOpen(!open)} />}
      </p>
    </div>
  )
}

const calm = (value: unknown) =>
  value !== null && typeof value === 'object' && !Array.isArray(value) && 'metadata' in value ? quieted(value as Record<string, unknown>) : value

function Values({ field }: { field: FieldChange }) {
  const { before, after, op } = field
  if (op === 'replace' && typeof before === 'string' && typeof after === 'string' && (before + after).includes('\n')) {
    return (
      <pre class="lines" aria-label="Changed lines">
        {near(lineDiff(before, after)).map((line, index) => (
          <div key={index} class={line.sign === '+' ? 'after' : line.sign === '-' ? 'before' : 'same'}>
            <span aria-label={line.sign === '+' ? 'added' : line.sign === '-' ? 'removed' : undefined}>{line.sign === '-' ? '−' : line.sign}</span>
            {line.text || ' '}
          </div>
        ))}
      </pre>
    )
  }
  return (
    <>
      {op !== 'add' && <Value sign="−" value={before} />}
      {op !== 'remove' && <Value sign="+" value={after} />}
    </>
  )
}

function Value({ sign, value }: { sign: '−' | '+'; value: unknown }) {
  return (
    <pre class={sign === '+' ? 'after' : 'before'}>
      <span aria-label={sign === '+' ? 'after' : 'before'}>{sign}</span>
      {yaml(value).replace(/^[\n ]/, '')}
    </pre>
  )
}

export const Reveal = ({ open, turn }: { open: boolean; turn: () => void }) => (
  <button class="link" aria-pressed={open} onClick={turn}>
    {open ? 'Hide secret values' : 'Show secret values'}
  </button>
)

/** An object as YAML. */
export function Manifest({ object, secret, write = (value) => yaml(value).trimStart() }: { object: Record<string, unknown>; secret: boolean; write?: (value: unknown) => string }) {
  const [all, setAll] = useState(false)
  const [open, setOpen] = useState(false)
  const shown = all ? object : quieted(object)
  return (
    <>
      <p class="toggles">
        <button class="link" aria-pressed={all} onClick={() => setAll(!all)}>
          {all ? 'Hide bookkeeping' : 'Show all fields'}
        </button>
        {secret && <Reveal open={open} turn={() => setOpen(!open)} />}
      </p>
      <pre class="code">{write(secret && !open ? masked(shown) : shown)}</pre>
    </>
  )
}
