const two = (n: number) => String(n).padStart(2, '0')

/** 14:02:11.480, in the reader's time zone. */
export function clock(time: number, milliseconds = true): string {
  const date = new Date(time)
  const seconds = `${two(date.getHours())}:${two(date.getMinutes())}:${two(date.getSeconds())}`
  return milliseconds ? `${seconds}.${String(date.getMilliseconds()).padStart(3, '0')}` : seconds
}

/** The reader's time zone at a time: UTC, CET, GMT+5:30. */
export const zone = (time: number): string =>
  new Intl.DateTimeFormat('en-GB', { timeZoneName: 'short' }).formatToParts(time).find((part) => part.type === 'timeZoneName')?.value ?? ''

/** 21 Nov 2026, 14:02:11 */
export function moment(time: number): string {
  const date = new Date(time)
  return `${date.toLocaleDateString('en-GB', { day: 'numeric', month: 'short', year: 'numeric' })}, ${clock(time, false)}`
}

/** 14:02:11 of the day that it is; 21 Nov 14:02 of another. */
export function when(time: number, now: number): string {
  const [date, today] = [new Date(time), new Date(now)]
  return date.toDateString() === today.toDateString()
    ? clock(time, false)
    : `${date.toLocaleDateString('en-GB', { day: 'numeric', month: 'short' })} ${clock(time, false).slice(0, 5)}`
}

export function duration(milliseconds: number): string {
  if (milliseconds <= 0) return '0 ms'
  if (milliseconds < 1) return `${(milliseconds * 1000).toFixed(0)} µs`
  if (milliseconds < 100) return `${milliseconds.toFixed(milliseconds < 10 ? 1 : 0)} ms`
  if (milliseconds < 1_000) return `${Math.round(milliseconds)} ms`
  const seconds = milliseconds / 1_000
  if (seconds < 120) return `${seconds.toFixed(seconds < 10 ? 1 : 0)} s`
  const minutes = seconds / 60
  return minutes < 120 ? `${Math.round(minutes)} min` : `${Math.round(minutes / 60)} h`
}

export const count = (n: number) => n.toLocaleString('en-US')

/** JSON as YAML, for reading. */
export function yaml(value: unknown, indent = ''): string {
  if (Array.isArray(value)) {
    if (value.length === 0) return ' []'
    return value
      .map((each) => {
        const text = yaml(each, indent + '  ')
        return `\n${indent}-${text.startsWith('\n') ? ' ' + text.slice(indent.length + 3) : text}`
      })
      .join('')
  }
  if (value !== null && typeof value === 'object') {
    const entries = Object.entries(value)
    if (entries.length === 0) return ' {}'
    return entries.map(([key, each]) => `\n${indent}${scalar(key)}:${yaml(each, Array.isArray(each) ? indent : indent + '  ')}`).join('')
  }
  if (typeof value === 'string' && value.includes('\n')) {
    return ` |\n${value.replace(/\n$/, '').split('\n').map((line) => indent + line).join('\n')}`
  }
  return ' ' + scalar(value)
}

function scalar(value: unknown): string {
  if (typeof value !== 'string') return String(value)
  const plain = /^[A-Za-z_./][\w./ @()=,+:-]*$/.test(value) && !/^(true|false|null|yes|no|on|off|y|n|~)$/i.test(value)
  return plain && !/: |[: ]$/.test(value) ? value : JSON.stringify(value)
}

/** Puts a text on the clipboard; where the browser allows none, says so. */
export async function copy(text: string): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(text)
    return true
  } catch {
    return false
  }
}

/** A word for the shell. */
export const quoted = (word: string) => (/^[\w./:@=-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`)
