import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Change } from '../src/changes'
import { duration, quoted, yaml } from '../src/format'
import { Forest } from '../src/forest'
import { quantile, samplesOf } from '../src/health'
import { asMoment } from '../src/moments'
import type { Item } from '../src/resources'
import { Stories, settle, standing, titleOf } from '../src/stories'

let revision = 0
const change = (kind: string, name: string, word: string, time: number, more: Partial<Change> = {}): Change => ({
  revision: ++revision,
  time,
  word,
  type: `io.shiplog.${kind.toLowerCase()}.${word}.v1`,
  verb: 'patch',
  actor: 'jane',
  cause: '',
  correlation: `c${revision}`,
  previous: 0,
  object: { apiVersion: 'v1', kind, group: '', resource: `${kind.toLowerCase()}s`, namespace: 'shop', name, uid: name },
  ...more,
})
const told = (changes: Change[]) => {
  const stories = new Stories()
  stories.take(changes)
  return stories
}

test('a rollout and the pods that it starts are one story in one lane', () => {
  const root = change('Deployment', 'web', 'template-changed', 0, { correlation: 'x' })
  const pod = change('Pod', 'web-1', 'created', 10, { correlation: 'x', cause: `events/${root.revision}`, actor: 'system:kube-scheduler' })
  const started = change('Pod', 'web-1', 'started', 900, { actor: 'system:node:n' })
  const stories = told([root, pod, started])

  assert.equal(stories.lanes.size, 1)
  const story = stories.of(started.revision)!
  assert.deepEqual(story.changes, [root, pod, started])
  assert.equal(story.outcome, 'open')
  assert.equal(titleOf(story), 'rollout · 3 events')

  assert.equal(standing(story, new Set(['/pods/shop/other'])), 'open')
  assert.equal(standing(story, new Set(['/pods/shop/web-1'])), 'bad')
  stories.take([root, pod, started, change('Pod', 'web-1', 'ready', 1_200, { actor: 'system:node:n' })])
  assert.equal(story.outcome, 'good')
})

test('what a node reports much later is a story of its own, in the lane of what brought the pod about', () => {
  const root = change('Deployment', 'web', 'created', 0, { correlation: 'x' })
  const pod = change('Pod', 'web-1', 'created', 10, { correlation: 'x', cause: `events/${root.revision}` })
  const failed = change('Pod', 'web-1', 'failed', 3_600_000, { actor: 'system:node:n' })
  const stories = told([root, pod, failed])

  assert.equal(stories.lanes.size, 1)
  assert.notEqual(stories.of(failed.revision), stories.of(pod.revision))
  assert.equal(stories.of(failed.revision)!.outcome, 'bad')
})

test("two people's edits are two stories; those that overlap stand in two rows", () => {
  const first = change('ConfigMap', 'c', 'modified', 0, { correlation: 'a' })
  const second = change('ConfigMap', 'c', 'modified', 50, { correlation: 'b', actor: 'joe' })
  const again = change('ConfigMap', 'c', 'modified', 100, { correlation: 'a' })
  const after = change('ConfigMap', 'c', 'modified', 200, { correlation: 'd' })
  const stories = told([first, again, second, after].sort((a, b) => a.time - b.time))

  assert.equal(stories.of(first.revision), stories.of(again.revision))
  assert.notEqual(stories.of(first.revision), stories.of(second.revision))
  const lane = [...stories.lanes.values()][0]!
  settle(lane)
  assert.deepEqual(
    lane.stories.map((story) => story.row),
    [0, 1, 0],
  )
  assert.equal(lane.rows, 2)
})

test('a quantile is where Prometheus would put it, and nothing where nothing was written', () => {
  const text = 'h_bucket{le="0.01",verb="POST"} 90\nh_bucket{le="0.1",verb="POST"} 100\nh_bucket{le="+Inf",verb="POST"} 100\n# HELP x y\n'
  const samples = samplesOf(text).get('h_bucket')!
  assert.deepEqual(samples[0], { labels: { le: '0.01', verb: 'POST' }, value: 90 })
  const buckets = new Map(samples.map((each) => [each.labels.le === '+Inf' ? Infinity : Number(each.labels.le), each.value]))
  assert.ok(Math.abs(quantile(0.99, buckets)! - 0.091) < 1e-9)
  assert.equal(quantile(0.99, new Map([[Infinity, 0]])), undefined)
})

test('moments are read as people type them', () => {
  const now = Date.parse('2026-11-22T18:00:00Z')
  assert.equal(asMoment('live', now), 'live')
  assert.equal(asMoment('12,345', now), 12345)
  assert.deepEqual(asMoment('-15m', now), { time: '2026-11-22T17:45:00.000Z' })
  assert.deepEqual(asMoment('2026-11-22T03:12:00Z', now), { time: '2026-11-22T03:12:00Z' })
  const today = asMoment('03:12', now)
  assert.ok(typeof today === 'object' && new Date(today.time).getHours() === 3 && new Date(today.time).getMinutes() === 12)
  assert.deepEqual(asMoment('nonsense', now), { time: 'nonsense' })
})

test('objects stand under their owners, the worst of them colours what is above', () => {
  const item = (kind: string, name: string, owners: string[], tone: Item['tone']): Item => ({
    key: `${kind}/${name}`,
    type: { group: '', version: 'v1', resource: kind, kind, namespaced: true },
    namespace: 'shop',
    name,
    uid: name,
    owners,
    status: '',
    tone,
  })
  const forest = new Forest([item('Deployment', 'web', [], 'open'), item('Pod', 'web-1', ['web'], 'bad'), item('Pod', 'lone', ['gone'], 'good')])

  assert.deepEqual(
    forest.lines(new Set(), '').map((line) => [line.label, line.tone, line.status]),
    [['shop', 'bad', '3']],
  )
  assert.deepEqual(
    forest.lines(new Set(['shop', 'shop/Deployment', 'Deployment/web']), '').map((line) => `${line.depth} ${line.label}`),
    ['0 shop', '1 Deployments', '2 web', '3 web-1', '1 Pods'],
  )
  assert.deepEqual(
    forest.lines(new Set(), 'web-1').map((line) => line.label),
    ['shop', 'Deployments', 'web', 'web-1'],
  )
  assert.deepEqual(forest.lines(new Set(), 'nothing'), [])
})

test('values are written as YAML and words for the shell', () => {
  assert.equal(yaml({ a: { b: [1, 'x: y'] }, c: [], d: 'nginx:1.27' }), '\na:\n  b:\n  - 1\n  - "x: y"\nc: []\nd: nginx:1.27')
  assert.equal(quoted("it's"), `'it'\\''s'`)
  assert.equal(duration(0), '0 ms')
  assert.equal(duration(75_000), '75 s')
})
