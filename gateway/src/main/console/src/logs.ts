/** The lines of a log that is read piece by piece. Bounded: what a container prints costs the page no more than this. */
export const MAX_LINES = 10_000
const MAX_LINE = 4_096

export interface Lines {
  lines: string[]
  /** How many lines at the beginning were dropped. */
  dropped: number
  /** The beginning of a line that has no end yet. */
  rest: string
}

export const NO_LINES: Lines = { lines: [], dropped: 0, rest: '' }

/** Sequences that colour a terminal, and characters that cannot be seen or turn the reading direction. */
// eslint-disable-next-line no-control-regex
const UNSEEN = /\u001b\[[0-?]*[ -/]*[@-~]|\u001b\][^\u0007\u001b]*(?:\u0007|\u001b\\)|[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u200e\u200f\u202a-\u202e\u2066-\u2069]/g

const shown = (line: string) => {
  const clean = line.slice(0, MAX_LINE * 2).replace(UNSEEN, '')
  return line.length > MAX_LINE ? clean.slice(0, MAX_LINE) + '…' : clean
}

export function appended(before: Lines, piece: string): Lines {
  const parts = (before.rest + piece).split('\n')
  const rest = parts.pop()!.slice(0, MAX_LINE * 2)
  const all = before.lines.concat(parts.map(shown))
  const surplus = Math.max(0, all.length - MAX_LINES)
  return { lines: surplus > 0 ? all.slice(surplus) : all, dropped: before.dropped + surplus, rest }
}

/** The lines that have a text, in any case; all without one. */
export const matching = (lines: string[], text: string) =>
  text === '' ? lines : lines.filter((line) => line.toLowerCase().includes(text.toLowerCase()))
