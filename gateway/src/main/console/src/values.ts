import type { FieldChange } from './changes'

const NOISE = /^\.metadata\.(resourceVersion|generation|managedFields|uid|creationTimestamp|selfLink)|last-applied-configuration/

/** Fields that users do not set, and copies of other fields. */
export const isNoise = (path: string) => NOISE.test(path)

/** An object without bookkeeping fields. */
export function quieted(object: Record<string, unknown>): Record<string, unknown> {
  if (!isMap(object.metadata)) return object
  const metadata = Object.fromEntries(Object.entries(object.metadata).filter(([name]) => !isNoise(`.metadata.${name}`)))
  if (isMap(metadata.annotations)) {
    const left = Object.entries(metadata.annotations).filter(([name]) => !isNoise(name))
    if (left.length) metadata.annotations = Object.fromEntries(left)
    else delete metadata.annotations
  }
  return { ...object, metadata }
}

const MASK = '••••••••'
const SECRET = /^\.(data|stringData)\b|last-applied-configuration/

const hide = (value: unknown): unknown =>
  isMap(value) ? Object.fromEntries(Object.keys(value).map((key) => [key, MASK])) : value === undefined ? undefined : MASK

/** A Secret, or any object that repeats one, without its values. */
export function masked(value: unknown): unknown {
  if (!isMap(value)) return value
  const copy = { ...value }
  for (const name of ['data', 'stringData']) if (name in copy) copy[name] = hide(copy[name])
  if (isMap(copy.metadata) && isMap(copy.metadata.annotations)) {
    const annotations = Object.entries(copy.metadata.annotations).map(([name, each]) => [name, SECRET.test(name) ? MASK : each])
    copy.metadata = { ...copy.metadata, annotations: Object.fromEntries(annotations) }
  }
  return copy
}

/** What changed in a Secret, without its values. */
export const maskedFields = (fields: FieldChange[]): FieldChange[] =>
  fields.map((field) => {
    const mask = field.path === '' || field.path === '.' ? masked : SECRET.test(field.path) ? hide : undefined
    return mask ? { ...field, before: mask(field.before), after: mask(field.after) } : field
  })

export interface LineChange {
  sign: ' ' | '+' | '-'
  text: string
}

/** Texts whose difference would need more steps are shown one after the other. */
const MOST_STEPS = 4_000_000

/** The lines of two texts, compared by their longest common subsequence. */
export function lineDiff(before: string, after: string): LineChange[] {
  const a = before.split('\n')
  const b = after.split('\n')
  let start = 0
  while (start < a.length && start < b.length && a[start] === b[start]) start++
  let end = 0
  while (end < a.length - start && end < b.length - start && a.at(-1 - end) === b.at(-1 - end)) end++
  const same = (lines: string[]) => lines.map((text): LineChange => ({ sign: ' ', text }))
  return [
    ...same(a.slice(0, start)),
    ...middle(a.slice(start, a.length - end), b.slice(start, b.length - end)),
    ...same(a.slice(a.length - end)),
  ]
}

function middle(a: string[], b: string[]): LineChange[] {
  const lines: LineChange[] = []
  let [i, j] = [0, 0]
  if (a.length * b.length <= MOST_STEPS) {
    const width = b.length + 1
    const lengths = new Uint32Array((a.length + 1) * width)
    for (let x = a.length - 1; x >= 0; x--) {
      for (let y = b.length - 1; y >= 0; y--) {
        lengths[x * width + y] =
          a[x] === b[y] ? lengths[(x + 1) * width + y + 1]! + 1 : Math.max(lengths[(x + 1) * width + y]!, lengths[x * width + y + 1]!)
      }
    }
    while (i < a.length && j < b.length) {
      if (a[i] === b[j]) lines.push({ sign: ' ', text: (j++, a[i++]!) })
      else if (lengths[(i + 1) * width + j]! >= lengths[i * width + j + 1]!) lines.push({ sign: '-', text: a[i++]! })
      else lines.push({ sign: '+', text: b[j++]! })
    }
  }
  while (i < a.length) lines.push({ sign: '-', text: a[i++]! })
  while (j < b.length) lines.push({ sign: '+', text: b[j++]! })
  return lines
}

/** The lines that differ with `around` lines about them; a gap is one line of `…`. */
export function near(lines: LineChange[], around = 3): LineChange[] {
  const keep = new Set<number>()
  lines.forEach((line, index) => {
    if (line.sign !== ' ') for (let i = index - around; i <= index + around; i++) keep.add(i)
  })
  const shown: LineChange[] = []
  lines.forEach((line, index) => {
    if (keep.has(index)) shown.push(line)
    else if (index === 0 || keep.has(index - 1)) shown.push({ sign: ' ', text: '…' })
  })
  return shown
}

/** What is different between two states of an object. Lists of things that have names are compared by name. */
export function difference(before: unknown, after: unknown, path = ''): FieldChange[] {
  if (before === undefined && after === undefined) return []
  if (before === undefined) return [{ path, op: 'add', after }]
  if (after === undefined) return [{ path, op: 'remove', before }]
  const [a, b] = [children(before), children(after)]
  if (a && b && Array.isArray(before) === Array.isArray(after)) {
    return [...new Set([...a.keys(), ...b.keys()])].flatMap((key) => difference(a.get(key), b.get(key), path + key))
  }
  return JSON.stringify(before) === JSON.stringify(after) ? [] : [{ path, op: 'replace', before, after }]
}

function children(value: unknown): Map<string, unknown> | undefined {
  if (Array.isArray(value)) {
    const named = value.every((each) => isMap(each) && typeof each.name === 'string')
    return new Map(value.map((each, index) => [named ? `[name=${(each as { name: string }).name}]` : `[${index}]`, each]))
  }
  if (!isMap(value)) return undefined
  return new Map(Object.entries(value).map(([key, each]) => [/^[\w-]+$/.test(key) ? `.${key}` : `[${key}]`, each]))
}

const isMap = (value: unknown): value is Record<string, unknown> => value !== null && typeof value === 'object' && !Array.isArray(value)

/** The value that a JSON pointer names (RFC 6901). */
export const valueAt = (object: unknown, pointer: string): unknown =>
  pointer
    .split('/')
    .slice(1)
    .reduce<unknown>((value, word) => (value as Record<string, unknown> | undefined)?.[word.replaceAll('~1', '/').replaceAll('~0', '~')], object)
