import { Consumer, stringDeserializers } from '@platformatic/kafka'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'

const [file, cluster, bookmark, wanted] = process.argv.slice(2)
const kafka = Object.fromEntries(
  readFileSync(file, 'utf8').trimEnd().split('\n').map(line => {
    const at = line.indexOf('=')
    return [line.slice(0, at), line.slice(at + 1).replaceAll('\\n', '\n')]
  })
)
const topic = `${cluster}.events`
const consumer = new Consumer({
  groupId: 'billing',
  clientId: 'subscribe',
  bootstrapBrokers: [kafka['bootstrap.servers']],
  tls: {
    ca: kafka['ssl.truststore.certificates'],
    cert: kafka['ssl.keystore.certificate.chain'],
    key: kafka['ssl.keystore.key']
  },
  deserializers: stringDeserializers,
  autocommit: false
})

let { offset, epoch, revision } = existsSync(bookmark)
  ? JSON.parse(readFileSync(bookmark, 'utf8'))
  : { offset: 0, epoch: 0, revision: 0 }
const log = await consumer.listOffsets({ topics: [topic], timestamp: -2n })
const oldest = Number(log.get(topic)[0])
if (offset < oldest) {
  console.log(`events were cut away after ${revision}`)
  offset = oldest
  epoch = 0
  revision = 0
}

const offsets = [{ topic, partition: 0, offset: BigInt(offset) }]
for await (const { headers, key, offset: at } of await consumer.consume({ topics: [topic], mode: 'manual', offsets })) {
  const type = headers.get('ce_type') ?? ''
  const its = Number(headers.get('ce_epoch'))
  const number = Number(headers.get('ce_revision'))
  if (type === 'io.shiplog.writer.claimed.v1') {
    epoch = Math.max(epoch, its)
  } else if (its === epoch && (revision === 0 || number === revision + 1)) {
    revision = number
    if (type.startsWith(wanted)) {
      console.log(`${revision} ${type} ${key}`)
    }
  }
  writeFileSync(bookmark, JSON.stringify({ offset: Number(at) + 1, epoch, revision }))
}
