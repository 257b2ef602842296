import { yaml } from './format'
import type { Author, Blamed } from './reviews'

/** A line of the blame view: a value, or one line of a text. */
export interface BlameRow {
  /** The value's path; empty behind a text's first line. */
  path: string
  text: string
  /** Empty where it is not known. */
  who: Author
  /** The number of the line in its text, from 1; 0 for a value that is no text of many lines. */
  line: number
  /** Whether the line above is of the same event. */
  repeated: boolean
}

/**
 * The rows of a value: one; of a text with many lines, one for each line.
 *
 * @param hidden whether the value is masked, and its lines with it
 */
export function blameRows(field: Blamed, value: unknown, hidden: boolean): BlameRow[] {
  const { lines } = field
  if (!lines?.length || typeof value !== 'string' || hidden) {
    return [{ path: field.path, text: yaml(value).trim(), who: field, line: 0, repeated: false }]
  }
  return value
    .replace(/(\r\n|\r|\n)$/, '')
    .split(/\r\n|\r|\n/)
    .map((text, index) => {
      const who = lines[index] ?? {}
      return { path: index === 0 ? field.path : '', text, who, line: index + 1, repeated: index > 0 && who.revision === lines[index - 1]?.revision }
    })
}
