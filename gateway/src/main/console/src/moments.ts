import type { Moment } from './api'

const UNITS: Record<string, number> = { s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 }

/** What people type: `live`, a revision, a time of today, a time before now, or an RFC 3339 time. The server judges the last. */
export function asMoment(text: string, now: number): Moment | { time: string } {
  if (/^(live|now)?$/i.test(text)) return 'live'
  if (/^\d[\d,]*$/.test(text)) return Number(text.replaceAll(',', ''))
  const ago = /^-\s*(\d+)\s*([smhd])$/.exec(text)
  if (ago) return { time: new Date(now - Number(ago[1]) * UNITS[ago[2]!]!).toISOString() }
  const today = /^(\d{1,2}):(\d{2})(?::(\d{2}(?:\.\d+)?))?$/.exec(text)
  if (today) {
    const date = new Date(now)
    date.setHours(Number(today[1]), Number(today[2]), 0, Number(today[3] ?? 0) * 1000)
    return { time: date.toISOString() }
  }
  return { time: text.replace(' ', 'T') }
}
