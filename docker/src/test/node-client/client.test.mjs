// What programs do with the official client for Node.js, unchanged, against the cluster of $KUBECONFIG. Its namespace is $NAMESPACE.
import {
  ApiException,
  AppsV1Api,
  CoreV1Api,
  KubeConfig,
  KubernetesObjectApi,
  PatchStrategy,
  VersionApi,
  Watch,
  makeInformer,
  setHeaderOptions
} from '@kubernetes/client-node'
import assert from 'node:assert/strict'
import { test } from 'node:test'

const namespace = process.env.NAMESPACE
const config = new KubeConfig()
config.loadFromDefault()
const core = config.makeApiClient(CoreV1Api)

function configMap(name, data, labels) {
  return { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name, namespace, labels }, data }
}

async function refused(promise, code, reason) {
  await assert.rejects(promise, error => {
    assert.ok(error instanceof ApiException, String(error))
    assert.equal(error.code, code)
    assert.equal(JSON.parse(error.body).reason, reason)
    return true
  })
}

/** What a condition gives as soon as it gives something. */
async function eventually(condition) {
  for (;;) {
    const value = await condition()
    if (value) {
      return value
    }
    await new Promise(resolve => setTimeout(resolve, 20))
  }
}

test('the version is one of Kubernetes', async () => {
  const version = await config.makeApiClient(VersionApi).getCode()
  assert.match(version.gitVersion, /^v1\.\d+\./)
})

test('a write is read, replaced, and refused when it is stale', async () => {
  const created = await core.createNamespacedConfigMap({ namespace, body: configMap('written', { colour: 'red' }) })
  created.data.colour = 'green'
  const replaced = await core.replaceNamespacedConfigMap({ name: 'written', namespace, body: created })
  assert.equal(replaced.data.colour, 'green')
  assert.notEqual(replaced.metadata.resourceVersion, created.metadata.resourceVersion)
  await refused(core.replaceNamespacedConfigMap({ name: 'written', namespace, body: created }), 409, 'Conflict')
  await refused(core.readNamespacedConfigMap({ name: 'absent', namespace }), 404, 'NotFound')
  await refused(core.createNamespacedConfigMap({ namespace, body: configMap('Not_a_name', {}) }), 422, 'Invalid')
})

test('each kind of patch changes what it names', async () => {
  await core.createNamespacedConfigMap({ namespace, body: configMap('patched', { keep: '1', change: '1' }) })
  const patch = (body, strategy) =>
    core.patchNamespacedConfigMap({ name: 'patched', namespace, body }, setHeaderOptions('Content-Type', strategy))
  await patch([{ op: 'replace', path: '/data/change', value: '2' }], PatchStrategy.JsonPatch)
  await patch({ data: { merged: '3' } }, PatchStrategy.MergePatch)
  const all = await patch({ data: { strategic: '4' } }, PatchStrategy.StrategicMergePatch)
  assert.deepEqual({ ...all.data }, { keep: '1', change: '2', merged: '3', strategic: '4' })
  await refused(
    patch([{ op: 'test', path: '/data/keep', value: 'other' }], PatchStrategy.JsonPatch),
    422,
    'Invalid'
  )
})

test('server-side apply gives fields to their manager and refuses those of another', async () => {
  const objects = KubernetesObjectApi.makeApiClient(config)
  const apply = (data, manager, force) =>
    objects.patch(configMap('applied', data), undefined, undefined, manager, force, PatchStrategy.ServerSideApply)
  const applied = await apply({ owner: 'first' }, 'first', false)
  assert.equal(applied.metadata.managedFields[0].manager, 'first')
  await refused(apply({ owner: 'second' }, 'second', false), 409, 'Conflict')
  const forced = await apply({ owner: 'second' }, 'second', true)
  assert.equal(forced.data.owner, 'second')
})

test('a list comes in pages, and by label', async () => {
  for (let number = 0; number < 7; number++) {
    await core.createNamespacedConfigMap({ namespace, body: configMap(`paged-${number}`, {}, { page: 'yes' }) })
  }
  const names = []
  let next
  do {
    const page = await core.listNamespacedConfigMap({ namespace, labelSelector: 'page=yes', limit: 3, _continue: next })
    names.push(...page.items.map(each => each.metadata.name))
    next = page.metadata._continue
  } while (next)
  assert.deepEqual(names, [0, 1, 2, 3, 4, 5, 6].map(number => `paged-${number}`))
})

test('a watch sees each change, and ends when it is aborted', async () => {
  const seen = []
  const ended = Promise.withResolvers()
  const running = await new Watch(config).watch(
    `/api/v1/namespaces/${namespace}/configmaps`,
    { fieldSelector: 'metadata.name=watched' },
    (type, object) => seen.push(`${type} ${object.data.step}`),
    error => ended.resolve(error)
  )
  const created = await core.createNamespacedConfigMap({ namespace, body: configMap('watched', { step: '1' }) })
  created.data.step = '2'
  await core.replaceNamespacedConfigMap({ name: 'watched', namespace, body: created })
  await core.deleteNamespacedConfigMap({ name: 'watched', namespace })
  await eventually(() => seen.length === 3)
  assert.deepEqual(seen, ['ADDED 1', 'MODIFIED 2', 'DELETED 2'])
  running.abort()
  await ended.promise
})

test('an informer keeps a copy', async () => {
  const list = () => core.listNamespacedConfigMap({ namespace, labelSelector: 'informed=yes' })
  const informer = makeInformer(config, `/api/v1/namespaces/${namespace}/configmaps`, list, 'informed=yes')
  await core.createNamespacedConfigMap({ namespace, body: configMap('before', {}, { informed: 'yes' }) })
  await informer.start()
  await core.createNamespacedConfigMap({ namespace, body: configMap('after', {}, { informed: 'yes' }) })
  await eventually(() => informer.get('before', namespace) && informer.get('after', namespace))
  await core.deleteNamespacedConfigMap({ name: 'before', namespace })
  await eventually(() => !informer.get('before', namespace))
  await informer.stop()
})

test('a Deployment is scaled through its scale', async () => {
  const apps = config.makeApiClient(AppsV1Api)
  const labels = { app: 'scaled' }
  const spec = {
    replicas: 1,
    selector: { matchLabels: labels },
    template: { metadata: { labels }, spec: { containers: [{ name: 'main', image: 'busybox:1.36' }] } }
  }
  await apps.createNamespacedDeployment({ namespace, body: { metadata: { name: 'scaled' }, spec } })
  const scale = await apps.readNamespacedDeploymentScale({ name: 'scaled', namespace })
  scale.spec.replicas = 3
  // The controller may write the status meanwhile.
  delete scale.metadata.resourceVersion
  await apps.replaceNamespacedDeploymentScale({ name: 'scaled', namespace, body: scale })
  await eventually(async () => {
    const pods = await core.listNamespacedPod({ namespace, labelSelector: 'app=scaled' })
    return pods.items.length === 3
  })
})
