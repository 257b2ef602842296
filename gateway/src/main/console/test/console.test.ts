import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type Change, clusterOf } from '../src/changes'
import { hashOf, placeOf } from '../src/address'
import { blameRows } from '../src/blames'
import { fieldLine } from '../src/EventList'
import { duration, quoted, when, yaml } from '../src/format'
import { Forest } from '../src/forest'
import { quantile, samplesOf } from '../src/health'
import { MAX_LINES, NO_LINES, appended, matching } from '../src/logs'
import { asMoment } from '../src/moments'
import { halves } from '../src/Name'
import { fitting } from '../src/Panes'
import { actorOf, asked, eventLines, managerOf } from '../src/people'
import type { Item } from '../src/resources'
import { homeOf } from '../src/Scope'
import { joined, matches, wordsOf } from '../src/search'
import { ended, framed, shellPath } from '../src/shell'
import { HANGS_MS, lifeOf } from '../src/states'
import { Stories, settle, standing, titleOf } from '../src/stories'
import { spaced } from '../src/Timeline'
import { mattering, toneOf } from '../src/tones'
import { canSend, outcomeOf, parted, sendLabel, undoChoices } from '../src/undos'
import { difference, lineDiff, masked, maskedFields, near, quieted, valueAt } from '../src/values'

let revision = 0
const change = (kind: string, name: string, word: string, time: number, more: Partial<Change> = {}): Change => ({
  revision: ++revision,
  time,
  word,
  type: `io.shiplog.${kind.toLowerCase()}.${word}.v1`,
  verb: 'patch',
  actor: 'jane',
  impersonator: '',
  fieldManager: '',
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

const row = (more: Partial<Parameters<typeof toneOf>[0]>) => ({ status: '', ready: '', desired: '', upToDate: '', ...more })

test('a rollout is amber while it is under way and red when it hangs', () => {
  assert.equal(toneOf(row({ ready: '2/2', upToDate: '2' })), 'good')
  assert.equal(toneOf(row({ ready: '2/2', upToDate: '1' })), 'open')
  assert.equal(toneOf(row({ ready: '2/2', upToDate: '1', hung: true })), 'bad')
  assert.equal(toneOf(row({ ready: '0', desired: '1' })), 'open')
  assert.equal(toneOf(row({ ready: '0', desired: '0' })), 'plain')
  assert.equal(toneOf(row({ status: 'CrashLoopBackOff', ready: '0/1' })), 'bad')
})

test('a parent is as red as its worst child that matters', () => {
  const standingOf = (kind: string, name: string, tone: Item['tone'], status = '') => ({ kind, name, tone, status })
  const evicted = standingOf('Pod', 'a', 'bad', 'Evicted')
  const crashing = standingOf('Pod', 'b', 'bad', 'CrashLoopBackOff')

  // The new ReplicaSet's pod hangs while the old ones still serve.
  assert.deepEqual(mattering(standingOf('Deployment', 'web', 'good'), [crashing]), [crashing])
  assert.deepEqual(mattering(standingOf('ReplicaSet', 'web', 'good'), [evicted, crashing]), [crashing])
  assert.deepEqual(mattering(standingOf('ReplicaSet', 'web', 'open'), [evicted]), [evicted])
  const [old, latest] = [standingOf('Job', 'c-1', 'bad'), standingOf('Job', 'c-2', 'good')]
  assert.deepEqual(mattering(standingOf('CronJob', 'c', 'good'), [old, latest]), [latest])
})

test('a lane has the colour of its state until that changes, and shows deletions', () => {
  const root = change('Deployment', 'web', 'created', 0, { correlation: 's' })
  const pod = (word: string, time: number) => change('Pod', 'web-1', word, time, { correlation: 's', cause: 'events/1', actor: 'system:node:n' })
  const events = [root, pod('created', 10), pod('ready', 100), pod('restarted', 500), pod('started', 510)]
  const stories = told(events)
  const lane = [...stories.lanes.values()][0]!

  const tones = (now: number, troubled: string[] = []) => lifeOf(lane, now, new Set(troubled)).stretches.map((each) => `${each.tone} ${each.from}-${each.to}`)
  assert.deepEqual(tones(1_000), ['plain 0-10', 'open 10-100', 'good 100-500', 'bad 500-1000'])

  stories.take([...events, pod('deleted', 2_000), change('Deployment', 'web', 'deleted', 3_000, { correlation: 's' })])
  assert.deepEqual(tones(9_000).slice(3), ['bad 500-2000', 'plain 2000-3000'])
  assert.deepEqual(lifeOf(lane, 9_000, new Set()).deletions, [2_000, 3_000])
})

test('what is under way turns red when it hangs, or when its pod is in trouble now', () => {
  const laneNow = () => [...told([change('Pod', 'p', 'created', 0), change('Pod', 'p', 'scheduled', 50)]).lanes.values()][0]!
  const tones = (now: number, troubled: string[]) => lifeOf(laneNow(), now, new Set(troubled)).stretches.map((each) => `${each.tone} ${each.from}-${each.to}`)

  assert.deepEqual(tones(1_000, []), ['open 0-1000'])
  assert.deepEqual(tones(1_000, ['/pods/shop/p']), ['open 0-50', 'bad 50-1000'])
  assert.deepEqual(tones(HANGS_MS + 5_000, []), [`open 0-${HANGS_MS}`, `bad ${HANGS_MS}-${HANGS_MS + 5_000}`])
})

test('a lane that is red does not turn amber before its pod is ready or gone', () => {
  const events = [change('Pod', 'p', 'created', 0), change('Pod', 'p', 'scheduled', 50)]
  const stories = told(events)
  const comes = (word: string, time: number) => {
    events.push(change('Pod', 'p', word, time))
    stories.take(events)
  }
  const lane = [...stories.lanes.values()][0]!
  const tones = (now: number, troubled?: string[]) => lifeOf(lane, now, troubled && new Set(troubled)).stretches.map((each) => `${each.tone} ${each.from}-${each.to}`)
  assert.deepEqual(tones(100, ['/pods/shop/p']), ['open 0-50', 'bad 50-100'])

  // The next attempt: for a moment the status says ContainerCreating.
  assert.deepEqual(tones(200, []), ['open 0-50', 'bad 50-200'])
  // Another event of the pod moves nothing.
  comes('modified', 250)
  assert.deepEqual(tones(300, ['/pods/shop/p']), ['open 0-50', 'bad 50-300'])
  // At an earlier moment nothing is known of what was in trouble.
  assert.deepEqual(tones(300), ['open 0-300'])

  comes('ready', 400)
  assert.deepEqual(tones(500, []), ['open 0-400', 'good 400-500'])
  comes('unready', 600)
  assert.deepEqual(tones(700, []), ['open 0-400', 'good 400-600', 'open 600-700'], 'the trouble of before is over')
})

test("a branch's context has the cluster's name, from the topic of the record", () => {
  const raw = (record?: Record<string, unknown>) => ({ metadata: { name: '7' }, record })
  assert.equal(clusterOf(raw({ topic: 'my-shop.events', shard: 'events' })), 'my-shop')
  assert.equal(clusterOf(raw({ topic: 'shiplog.leases', shard: 'leases' })), 'shiplog')
  assert.equal(clusterOf(raw({ shard: 'events' })), '')
  assert.equal(clusterOf(raw()), '')
})

test('an object that was deleted keeps its lane', () => {
  const stories = told([change('ConfigMap', 'old', 'created', 0), change('ConfigMap', 'old', 'deleted', 9)])
  assert.ok(stories.lanes.has(stories.laneOf('/configmaps/shop/old')))
})

test('what users did stays; what nodes and controllers did in between is folded', () => {
  const user = change('Deployment', 'web', 'template-changed', 0)
  const controller = change('ReplicaSet', 'web-1', 'created', 1, { actor: 'deployment-controller', cause: `events/${user.revision}` })
  const node = change('Pod', 'web-1', 'started', 2, { actor: 'system:node:n' })
  const robot = change('ConfigMap', 'c', 'modified', 3, { actor: 'system:serviceaccount:shop:robot' })
  assert.deepEqual([user, controller, node, robot].map(asked), [true, false, false, true])

  const newestFirst = [robot, node, controller, user]
  const shown = (open: number[]) => eventLines(newestFirst, true, new Set(open)).map((line) => (line.folded ? `${line.folded.length} folded` : line.change.word))
  assert.deepEqual(shown([]), ['modified', '2 folded', 'template-changed'])
  assert.deepEqual(shown([node.revision]), ['modified', '2 folded', 'started', 'created', 'template-changed'])
  assert.equal(eventLines(newestFirst, false, new Set()).length, 4)
})

test('the manager of a write is shown beside a user, not beside a controller', () => {
  assert.equal(managerOf({ actor: 'dana', fieldManager: 'kubectl-edit' }), 'kubectl-edit')
  assert.equal(managerOf({ actor: 'dana' }), '')
  assert.equal(managerOf({ actor: 'system:kube-scheduler', fieldManager: 'kube-scheduler' }), '')
  assert.equal(managerOf({ actor: 'system:node:n1', impersonator: 'dana', fieldManager: 'curl' }), 'curl')
})

test('impersonation is told', () => {
  assert.equal(actorOf({ actor: 'dana', impersonator: 'admin' }), 'dana (impersonated by admin)')
  assert.equal(actorOf({ actor: 'dana', impersonator: '' }), 'dana')
})

test('a search finds events by object, person and kind of event, each word in any of them', () => {
  const event = change('Deployment', 'web', 'template-changed', 0, { actor: 'dana' })
  assert.ok(matches(event, wordsOf(' DANA web ')))
  assert.ok(matches(event, wordsOf('deployment template')))
  assert.ok(!matches(event, wordsOf('dana bob')))
})

test('undo offers the moment before the event first, and the whole namespace last', () => {
  const event = change('ConfigMap', 'c', 'modified', 0)
  const before = String(event.revision - 1)
  const choices = undoChoices(event)
  assert.deepEqual(choices[0]!.spec, { object: { apiVersion: 'v1', kind: 'ConfigMap', namespace: 'shop', name: 'c' }, to: before })
  assert.deepEqual(choices[1]!.spec, { from: String(event.revision), to: String(event.revision) })
  assert.deepEqual(choices.at(-1), { ...choices.at(-1), namespace: 'shop', spec: { namespace: 'shop', to: before } })
  const node = change('Node', 'n', 'labeled', 0, { actor: 'system:node:n', object: { ...event.object, kind: 'Node', namespace: '', name: 'n' } })
  assert.equal(undoChoices(node).length, 2)
})

test('an undo says which commands the cluster refuses, before and after they are sent', () => {
  const command = (name: string, refusal?: string) => ({ verb: 'create', object: { kind: 'Service', name }, refusal })
  const answer = (...commands: ReturnType<typeof command>[]) => ({ commands, conflicts: [], notes: [] })
  const mixed = answer(command('a'), command('b', 'the IP is allocated'))

  assert.deepEqual(parted(mixed.commands), { refused: [mixed.commands[1]], taken: [mixed.commands[0]] })
  assert.equal(outcomeOf(mixed, false), 'The cluster would refuse 1 of 2 commands now.')
  assert.match(outcomeOf(mixed, true), /^1 of 2 commands done, 1 refused\./)
  assert.ok(canSend(mixed))
  assert.equal(sendLabel(mixed), 'Send 2 commands')

  const none = answer(command('b', 'the IP is allocated'))
  assert.ok(!canSend(none))
  assert.equal(outcomeOf(none, false), 'The cluster would refuse this now.')

  const all = answer(command('a'))
  assert.equal(outcomeOf(all, false), '')
  assert.equal(outcomeOf(all, true), '1 command done.')
  assert.ok(!canSend({ ...all, conflicts: [{ object: {}, message: 'changed by joe' }] }))
  assert.ok(!canSend(answer()))
})

test('each line of a text is blamed on its own event; a masked one is a single value', () => {
  const field = { path: '.data.motd', pointer: '/data/motd', revision: '9', actor: 'joe', lines: [{ revision: '3', actor: 'jane' }, { revision: '9', actor: 'joe' }, { revision: '9', actor: 'joe' }, {}] }
  const rows = blameRows(field, 'a\nb\r\n\nd\n', false)

  assert.deepEqual(
    rows.map(({ path, text, line, repeated, who }) => [path, text, line, repeated, who.revision]),
    [
      ['.data.motd', 'a', 1, false, '3'],
      ['', 'b', 2, false, '9'],
      ['', '', 3, true, '9'],
      ['', 'd', 4, false, undefined],
    ],
  )
  assert.deepEqual(
    blameRows(field, '••••', true).map(({ path, text, line, who }) => [path, text, line, who.revision]),
    [['.data.motd', '"••••"', 0, '9']],
  )
})

test('answers of a search are put one behind the other; nothing comes twice', () => {
  const [first, second, third] = [change('Pod', 'a', 'deleted', 0), change('Pod', 'b', 'deleted', 1), change('Pod', 'a', 'deleted', 2)]
  const found = (deleted: Change[], events: Change[], searchedTo: number, more: boolean) => ({
    objects: searchedTo > 1 ? [third.object] : [],
    moreObjects: searchedTo > 1,
    deleted,
    events: events.map((each) => ({ change: each })),
    searchedTo,
    more,
  })

  const whole = joined(found([third], [third], 9, true), found([third, second, first], [third, second, first], 1, false))

  assert.deepEqual(whole.objects, [third.object])
  assert.deepEqual(whole.deleted, [third, second])
  assert.deepEqual(whole.events.map((event) => event.change), [third, second, first])
  assert.deepEqual([whole.moreObjects, whole.searchedTo, whole.more], [true, 1, false])
})

test('labels and fields are for the server to search: loaded events are not left out for them', () => {
  const event = change('ConfigMap', 'c', 'modified', 0, { actor: 'joe' })
  assert.ok(matches(event, wordsOf('.data.color team=blue JOE')))
  assert.ok(!matches(event, wordsOf('.data.color jane')))
})

test("the cluster's own accounts are found by their whole name, users by a part of theirs", () => {
  const own = change('ConfigMap', 'c', 'modified', 0, { actor: 'system:node:host-7' })
  assert.ok(matches(own, ['host-7']) && matches(own, ['system:node:host-7']) && !matches(own, ['host']))
  assert.ok(matches(change('ConfigMap', 'c', 'modified', 0, { actor: 'jane' }), ['jan']))
})

test('ticks keep their distance', () => {
  const ticks = Array.from({ length: 10 }, (_, i) => new Date(i * 60_000))
  assert.deepEqual(spaced(ticks, 6).map((tick) => +tick / 60_000), [0, 2, 4, 6, 8])
  assert.equal(spaced(ticks, 10).length, 10)
  assert.equal(spaced(ticks, 0).length, 2)
})

test('the time of another day has its date', () => {
  const noon = new Date(2026, 10, 22, 12, 0, 5).getTime()
  assert.equal(when(noon, noon + 3_600_000), '12:00:05')
  assert.equal(when(noon, noon + 86_400_000), '22 Nov 12:00')
})

test('what is done in the name of an account of the cluster is a user\'s doing', () => {
  const node = { actor: 'system:node:n' }
  assert.ok(!asked(change('Node', 'n', 'labeled', 0, node)))
  assert.ok(asked(change('Node', 'n', 'labeled', 0, { ...node, impersonator: 'jane' })))
})

test('texts are compared line by line', () => {
  assert.deepEqual(
    lineDiff('a\nb\nc', 'a\nx\nc\nd').map((line) => line.sign + line.text),
    [' a', '-b', '+x', ' c', '+d'],
  )
  const long = Array.from({ length: 20 }, (_, i) => `line ${i}`)
  const changed = [...long.slice(0, 10), 'other', ...long.slice(11)]
  assert.deepEqual(
    near(lineDiff(long.join('\n'), changed.join('\n')), 1).map((line) => line.sign + line.text),
    [' …', ' line 9', '-line 10', '+other', ' line 11', ' …'],
  )
})

test('two states differ in fields; lists of things with names are compared by name', () => {
  const at = (image: string, extra: object[] = []) => ({ spec: { containers: [...extra, { name: 'c', image }] }, data: { 'a.b': '1' } })
  assert.deepEqual(difference(at('x:1'), at('x:2', [{ name: 'new' }])), [
    { path: '.spec.containers[name=c].image', op: 'replace', before: 'x:1', after: 'x:2' },
    { path: '.spec.containers[name=new]', op: 'add', after: { name: 'new' } },
  ])
  assert.deepEqual(difference(undefined, undefined), [])
  assert.equal(difference(at('x'), undefined)[0]!.op, 'remove')
})

test('values of Secrets are masked everywhere, also where kubectl repeats them', () => {
  const last = 'kubectl.kubernetes.io/last-applied-configuration'
  const secret = { kind: 'Secret', metadata: { name: 's', annotations: { [last]: '{"data":{"p":"c2VjcmV0"}}' } }, data: { p: 'c2VjcmV0' }, stringData: { q: 'c2VjcmV0' } }
  assert.ok(!JSON.stringify(masked(secret)).includes('c2VjcmV0'))
  const fields = maskedFields([
    { path: '.data.p', op: 'replace', before: 'c2VjcmV0', after: 'c2VjcmV0Mg' },
    { path: '.data', op: 'add', after: { p: 'c2VjcmV0' } },
    { path: `.metadata.annotations[${last}]`, op: 'add', after: 'c2VjcmV0' },
    { path: '', op: 'add', after: secret },
    { path: '.type', op: 'add', after: 'Opaque' },
  ])
  assert.ok(!JSON.stringify(fields).includes('c2VjcmV0'))
  assert.equal(fields[4]!.after, 'Opaque')
  assert.equal(fieldLine([{ path: '.data.p', op: 'add', after: 'c2VjcmV0' }], true), '.data.p=••••••••')
})

test('bookkeeping is left out, and values are found by their pointers', () => {
  const object = { metadata: { name: 'c', uid: 'u', managedFields: [], annotations: { 'kubectl.kubernetes.io/last-applied-configuration': '{}' } }, data: { 'a/b': '1' } }
  assert.deepEqual(quieted(object), { metadata: { name: 'c' }, data: { 'a/b': '1' } })
  assert.equal(valueAt(object, '/data/a~1b'), '1')
  assert.equal(valueAt(object, '/data/none/deeper'), undefined)
})

test('an event is one line: its first field that says something', () => {
  assert.equal(
    fieldLine(
      [
        { path: '.metadata.generation', op: 'replace', before: 1, after: 2 },
        { path: '.spec.replicas', op: 'replace', before: 1, after: 3 },
        { path: '.spec.x', op: 'remove', before: 1 },
      ],
      false,
    ),
    '.spec.replicas: 1→3 (+1)',
  )
  assert.equal(fieldLine(undefined, false), '')
  const image = '.spec.template.spec.containers[name=nginx.io].image'
  assert.equal(fieldLine([{ path: image, op: 'replace', before: 'a', after: 'b' }], false), '….spec.containers[name=nginx.io].image: a→b')
})

test('a link holds the moment and the namespace', () => {
  assert.deepEqual(placeOf('#ns=shop&at=42'), { namespace: 'shop', moment: 42 })
  assert.deepEqual(placeOf('#at=nonsense'), { namespace: '', moment: 'live' })
  assert.deepEqual(placeOf(hashOf({ namespace: 'a b', moment: 7 })), { namespace: 'a b', moment: 7 })
  assert.equal(hashOf({ namespace: '', moment: 'live' }), '')
})

test('names keep their ends, panes their room, and a ServiceAccount starts at home', () => {
  assert.deepEqual(halves('web-8d6bd7649-kc4mw-and-more'), ['web-8d6bd7649-kc4mw', '-and-more'])
  assert.deepEqual(halves('short'), ['short', ''])
  assert.deepEqual(fitting({ left: 50, right: 5_000 }, 1_440), { left: 200, right: 920 })
  assert.equal(homeOf('system:serviceaccount:shop:viewer'), 'shop')
  assert.equal(homeOf('dana'), '')
})

test('a log comes in pieces, without what would colour or turn the page, and no longer than the page can hold', () => {
  const two = appended(appended(NO_LINES, 'GET /\u001b[31mred\u001b[0m 20'), '0\nPOST \u202eevil\u0007\nhal')
  assert.deepEqual(two, { lines: ['GET /red 200', 'POST evil'], dropped: 0, rest: 'hal' })
  assert.deepEqual(matching(two.lines, 'post'), ['POST evil'])
  const many = appended(two, 'x\n'.repeat(MAX_LINES))
  assert.equal(many.lines.length, MAX_LINES)
  assert.equal(many.dropped, 2)
  assert.ok(appended(NO_LINES, 'y'.repeat(1_000_000) + '\n').lines[0]!.length < 5_000)
  assert.ok(appended(NO_LINES, 'y'.repeat(1_000_000)).rest.length < 10_000)
})

test('a shell is asked for as kubectl does, whatever the names are', () => {
  assert.equal(
    shellPath('a/b', 'p', 'c&d'),
    '/api/v1/namespaces/a%2Fb/pods/p/exec?container=c%26d&stdin=true&stdout=true&tty=true&command=sh&command=-c&command=' +
      'command+-v+bash+%3E%2Fdev%2Fnull+2%3E%261+%26%26+exec+bash+%7C%7C+exec+sh',
  )
  assert.deepEqual([...framed(4, new Uint8Array([1, 2]))], [4, 1, 2])
  assert.equal(ended('{"status":"Success"}'), 'The shell has ended.')
  assert.equal(ended('{"status":"Failure","message":"exit code 3"}'), 'The shell has ended: exit code 3')
  assert.equal(ended('<html>'), 'The shell has ended.')
})
