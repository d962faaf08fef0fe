// Two unmodified Baileys companions against the simulator: linking, texts, receipts, healing and every fault.
// node selftest.mjs PATH/TO/whatsapp-simulator
import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { linkByCode, linkByQr, sleep, startPeer, startSimulator, tap, until } from './harness.mjs'

const program = process.argv[2]
if (!program) {
    console.error('usage: node selftest.mjs PATH/TO/whatsapp-simulator')
    process.exit(2)
}
const ada = '15550001111' // Baileys companion linked by QR
const ben = '15550002222' // Baileys companion linked by code
const cleo = '15550003333' // only a scripted phone
const { test: run, finish } = tap()

const test = (name, body) => run(name, () => body().finally(() => control.post('/faults/reset')))

const simulator = await startSimulator(program)
const control = simulator.api
const peerA = await startPeer(simulator)
const peerB = await startPeer(simulator)
let deviceA = 0
let deviceB = 0

/// The texts a companion can read, in order of arrival.
const textsOf = async (peer, prefix) =>
    (await peer.api.get('/messages')).filter(m => m.text?.startsWith(prefix)).map(m => m.text)
const phoneTexts = async (phone, prefix) =>
    (await control.get(`/accounts/${phone}/messages`)).filter(m => m.text.startsWith(prefix) && !m.from_me).map(m => m.text)
const arrives = (peer, text, seconds) =>
    until(`"${text}" at a companion`, async () => (await peer.api.get('/messages')).find(m => m.text === text), seconds)
const arrivesAtPhone = (phone, text, seconds) =>
    until(`"${text}" at phone ${phone}`, async () => (await control.get(`/accounts/${phone}/messages`)).find(m => m.text === text), seconds)
const numbered = prefix => Array.from({ length: 100 }, (_, i) => `${prefix}${i + 1}`)
const device = async (phone, number) => (await control.get('/devices')).find(d => d.phone === phone && d.device === number)
const reopened = (peer, before) =>
    until('a new connection', async () => {
        const state = await peer.api.get('/state')
        return state.opened > before && state.connection === 'open'
    })
const openedCount = async peer => (await peer.api.get('/state')).opened

try {
    for (const [phone, name] of [[ada, 'Ada'], [ben, 'Ben'], [cleo, 'Cleo']]) await control.post('/accounts', { phone, name })

    await test('a companion links by QR code and comes back after the restart', async () => {
        deviceA = await linkByQr(simulator, peerA, ada)
        assert.equal(deviceA, 1)
        const { me } = await peerA.api.get('/state')
        assert.match(me.id, new RegExp(`^${ada}:1@s.whatsapp.net$`))
        assert.match(me.lid, /:1@lid$/)
    })
    await test('a companion links by pairing code', async () => {
        deviceB = await linkByCode(simulator, peerB, ben)
        assert.equal(deviceB, 1)
    })
    await test('companions upload pre-keys', async () => {
        await until('812 pre-keys', async () => (await device(ada, deviceA)).prekeys >= 800 && (await device(ben, deviceB)).prekeys >= 800)
    })
    await test('an old QR code and a wrong code are refused', async () => {
        await assert.rejects(control.post(`/accounts/${cleo}/scan`, { qr: 'nonsense' }), { status: 422 })
        await assert.rejects(control.post(`/accounts/${cleo}/scan`, { qr: '2@gone,AA==,AA==,' + 'A'.repeat(43) + '=,1' }), { status: 409 })
        await assert.rejects(control.post(`/accounts/${cleo}/enter-code`, { code: 'ABCD-EFGH' }), { status: 409 })
    })
    await test('a scripted phone writes to a companion and sees it delivered', async () => {
        const { id } = await control.post(`/accounts/${cleo}/send`, { to: ada, text: 'hello Ada' })
        const got = await arrives(peerA, 'hello Ada')
        assert.equal(got.id, id)
        assert.equal(got.push_name, 'Cleo')
        await until('a delivery receipt', async () =>
            (await control.get(`/accounts/${cleo}/receipts`)).find(r => r.id === id && r.from === ada && r.device === deviceA))
        await until('an empty queue', async () => (await device(ada, deviceA)).queued === 0)
    })
    await test('a companion writes to a scripted phone; receipts come back', async () => {
        const { id } = await peerA.api.post('/send', { to: cleo, text: 'hello Cleo' })
        const got = await arrivesAtPhone(cleo, 'hello Cleo')
        assert.equal(got.id, id)
        assert.equal(got.from, ada)
        await until('DELIVERY_ACK', async () => (await peerA.api.get('/receipts')).find(r => r.id === id && r.status >= 3))
        await control.post(`/accounts/${cleo}/read`, { from: ada, ids: [id] })
        await until('READ', async () => (await peerA.api.get('/receipts')).find(r => r.id === id && r.status_name === 'READ'))
    })
    await test("a companion's own phone has a copy of what it wrote", async () => {
        const copy = await arrivesAtPhone(ada, 'hello Cleo')
        assert.equal(copy.from_me, true)
        assert.equal(copy.to, cleo)
    })
    await test('what the own phone writes reaches the companion as from me', async () => {
        await control.post(`/accounts/${ada}/send`, { to: cleo, text: 'from my phone' })
        assert.equal((await arrives(peerA, 'from my phone')).fromMe, true)
    })
    await test('two companions of different accounts write to each other, with read receipts', async () => {
        const { id } = await peerA.api.post('/send', { to: ben, text: 'hi Ben' })
        const got = await arrives(peerB, 'hi Ben')
        assert.equal(got.id, id)
        await peerB.api.post('/read', { jid: got.from, ids: [id] })
        await until('READ', async () => (await peerA.api.get('/receipts')).find(r => r.id === id && r.status_name === 'READ'))
        await peerB.api.post('/send', { to: got.from, text: 'hi Ada' })
        await arrives(peerA, 'hi Ada')
    })
    await test('100 texts from a companion to a companion and back arrive in order', async () => {
        for (const text of numbered('ab ')) await peerA.api.post('/send', { to: ben, text })
        for (const text of numbered('ba ')) await peerB.api.post('/send', { to: ada, text })
        await arrives(peerB, 'ab 100')
        await arrives(peerA, 'ba 100')
        assert.deepEqual(await textsOf(peerB, 'ab '), numbered('ab '))
        assert.deepEqual(await textsOf(peerA, 'ba '), numbered('ba '))
    })
    await test('100 texts between phone and companion arrive in order each way', async () => {
        await control.post('/load', { from: cleo, to: ada, count: 100, rate: 200, text_prefix: 'load ' })
        await arrives(peerA, 'load 100')
        // Not at the same time: what Baileys opens while it seals can make it use a message key twice.
        for (const text of numbered('up ')) await peerA.api.post('/send', { to: cleo, text })
        await arrivesAtPhone(cleo, 'up 100')
        assert.deepEqual(await textsOf(peerA, 'load '), numbered('load '))
        assert.deepEqual(await phoneTexts(cleo, 'up '), numbered('up '))
        const load = await control.get('/load')
        assert.deepEqual([load.running, load.sent, load.failed], [false, 100, 0])
    })
    await test('what is written while a companion is away waits and arrives once', async () => {
        await peerA.api.post('/stop')
        await until('the connection to be gone', async () => !(await device(ada, deviceA)).connected)
        for (let i = 1; i <= 5; ++i) await control.post(`/accounts/${cleo}/send`, { to: ada, text: `away ${i}` })
        await until('a queue', async () => (await device(ada, deviceA)).queued >= 5)
        await peerA.api.post('/restart')
        await arrives(peerA, 'away 5')
        assert.deepEqual(await textsOf(peerA, 'away '), [1, 2, 3, 4, 5].map(i => `away ${i}`))
        await until('an empty queue', async () => (await device(ada, deviceA)).queued === 0)
    })
    await test('a dropped connection comes back and nothing is lost', async () => {
        const before = await openedCount(peerA)
        await control.post(`/devices/${ada}/${deviceA}/drop`)
        await control.post(`/accounts/${cleo}/send`, { to: ada, text: 'after the drop' })
        await reopened(peerA, before)
        await arrives(peerA, 'after the drop')
    })
    await test('stream errors 515 and 503 make the companion reconnect', async () => {
        for (const code of ['515', '503']) {
            const before = await openedCount(peerA)
            await control.post(`/devices/${ada}/${deviceA}/stream-error`, { code })
            await reopened(peerA, before)
        }
    })
    await test('a held device hears nothing until it is released', async () => {
        await control.post(`/devices/${ada}/${deviceA}/hold`, { hold: true })
        await control.post(`/accounts/${cleo}/send`, { to: ada, text: 'held back' })
        await until('a queue', async () => (await device(ada, deviceA)).queued > 0)
        await sleep(300)
        assert.deepEqual(await textsOf(peerA, 'held back'), [])
        await control.post(`/devices/${ada}/${deviceA}/hold`, { hold: false })
        await arrives(peerA, 'held back')
    })
    await test('the companion lost its session: the phone answers the retry', async () => {
        await peerA.api.post('/corrupt', { jid: cleo })
        await control.post(`/accounts/${cleo}/send`, { to: ada, text: 'heal one' })
        await arrives(peerA, 'heal one')
        await peerA.api.post('/send', { to: cleo, text: 'healed one' })
        await arrivesAtPhone(cleo, 'healed one')
    })
    await test("the phone's session is wrecked: its messages heal, and the companion's too", async () => {
        await control.post(`/devices/${ada}/${deviceA}/corrupt-session`, { peer: cleo })
        await control.post(`/accounts/${cleo}/send`, { to: ada, text: 'heal two' })
        await arrives(peerA, 'heal two')
        await peerA.api.post('/send', { to: cleo, text: 'healed two' })
        await arrivesAtPhone(cleo, 'healed two')
        assert.ok((await control.get('/accounts')).find(a => a.phone === cleo).retries_answered >= 1)
    })
    await test('the phone cannot open what the companion wrote: it asks again', async () => {
        await control.post(`/devices/${ada}/${deviceA}/corrupt-session`, { peer: cleo })
        await peerA.api.post('/send', { to: cleo, text: 'heal three' })
        await arrivesAtPhone(cleo, 'heal three')
        assert.ok((await control.get('/accounts')).find(a => a.phone === cleo).retries_sent >= 1)
    })
    await test('a flipped bit on the way heals by a retry', async () => {
        await control.post('/faults', { flip_bit_next: { to_phone: ada } })
        await control.post(`/accounts/${cleo}/send`, { to: ada, text: 'flipped' })
        await arrives(peerA, 'flipped')
    })
    await test('a new identity of a contact is taken over', async () => {
        await control.post(`/accounts/${cleo}/change-identity`)
        await control.post(`/accounts/${cleo}/send`, { to: ada, text: 'new phone' })
        await arrives(peerA, 'new phone')
        await peerA.api.post('/send', { to: cleo, text: 'to the new phone' })
        await arrivesAtPhone(cleo, 'to the new phone')
    })
    await test('an error in the ack fails the send; without acks nothing is acknowledged', async () => {
        await control.post('/faults', { ack_error: 479 })
        const { id } = await peerA.api.post('/send', { to: cleo, text: 'refused' })
        await until('ERROR', async () => (await peerA.api.get('/receipts')).find(r => r.id === id && r.status_name === 'ERROR'))
        assert.deepEqual(await phoneTexts(cleo, 'refused'), [])
        await control.post('/faults/reset')
        await control.post('/faults', { drop_acks: true, phash_mismatch: true })
        const silent = await peerA.api.post('/send', { to: cleo, text: 'not acked' })
        await arrivesAtPhone(cleo, 'not acked')
        const acks = (await control.get('/log')).filter(e => e.direction === 'out' && e.outline.startsWith(`<ack class="message" id="${silent.id}"`))
        assert.deepEqual(acks, [])
    })
    await test('duplicates on the wire keep their id', async () => {
        await control.post('/faults', { duplicate_delivery: true })
        const { id } = await control.post(`/accounts/${cleo}/send`, { to: ada, text: 'twice' })
        await arrives(peerA, 'twice')
        // Baileys asks again for what it has already opened, so that it shows the text more than once.
        await until('two of them on the wire', async () =>
            (await control.get('/log')).filter(e => e.device === deviceA && e.direction === 'out' && e.outline.includes(id) && e.outline.startsWith('<message')).length >= 2)
        const shown = (await peerA.api.get('/messages')).filter(m => m.text === 'twice')
        assert.deepEqual([...new Set(shown.map(m => m.id))], [id])
    })
    await test('malformed frames do not take the simulator down', async () => {
        for (const kind of ['node', 'bad_token', 'zlib_bomb', 'frame']) {
            const before = await openedCount(peerA)
            await control.post(`/devices/${ada}/${deviceA}/malformed`, { kind })
            await control.post(`/devices/${ada}/${deviceA}/drop`).catch(() => {})
            await reopened(peerA, before)
        }
        await control.post(`/accounts/${cleo}/send`, { to: ada, text: 'still here' })
        await arrives(peerA, 'still here')
    })
    await test('an outdated version and a refused login close the connection', async () => {
        for (const [faults, code] of [[{ min_version: '2.3000.4000000000' }, 405], [{ login_failure: { phone: ada, reason: 503 } }, 503]]) {
            await peerA.api.post('/stop')
            await control.post('/faults', faults)
            await peerA.api.post('/restart')
            await until(`failure ${code}`, async () => (await peerA.api.get('/state')).last_disconnect?.code === code)
            await control.post('/faults/reset')
            await peerA.api.post('/restart')
            await peerA.open()
        }
    })
    await test('a conflict ends the connection for good until it is started again', async () => {
        await control.post(`/devices/${ada}/${deviceA}/stream-error`, { conflict: 'replaced' })
        await until('440', async () => (await peerA.api.get('/state')).last_disconnect?.code === 440)
        await peerA.api.post('/restart')
        await peerA.open()
    })
    await test('credentials survive the end of the process', async () => {
        await peerB.stop()
        await control.post(`/accounts/${cleo}/send`, { to: ben, text: 'while you were out' })
        const again = await startPeer(simulator, peerB.folder)
        Object.assign(peerB, again)
        await peerB.api.post('/start', {})
        await peerB.open()
        await arrives(peerB, 'while you were out')
    })
    await test('unlinking from the phone logs the companion out', async () => {
        await control.post(`/accounts/${ada}/unlink`, { device: deviceA })
        await until('401', async () => (await peerA.api.get('/state')).last_disconnect?.code === 401)
        assert.equal(await device(ada, deviceA), undefined)
    })
    await test('a companion that logs out is gone', async () => {
        await peerB.api.post('/logout')
        await until('the device to be gone', async () => !(await device(ben, deviceB)))
    })
    await test('no stanza of Baileys was left without an answer', async () => {
        const refused = (await control.get('/log')).filter(e => e.outline.includes('code="501"'))
        assert.deepEqual(refused.map(e => e.outline), [])
    })
} finally {
    await Promise.all([peerA.stop(), peerB.stop()])
    await simulator.stop()
    for (const { folder } of [peerA, peerB]) rmSync(folder, { recursive: true, force: true })
}

await run('a simulator with a data folder knows its companions after a restart', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'simulator-data-'))
    const first = await startSimulator(program, ['--data-dir', folder])
    const peer = await startPeer(first)
    try {
        await first.api.post('/accounts', { phone: ada, name: 'Ada' })
        await first.api.post('/accounts', { phone: cleo, name: 'Cleo' })
        await linkByQr(first, peer, ada)
        await peer.api.post('/send', { to: cleo, text: 'before' })
        await until('"before"', async () => (await first.api.get(`/accounts/${cleo}/messages`)).find(m => m.text === 'before'))
        await peer.api.post('/stop')
        await first.api.post(`/accounts/${cleo}/send`, { to: ada, text: 'kept over the restart' })
        await first.stop()
        const port = new URL(first.info.whatsapp_url).port
        const second = await startSimulator(program, ['--data-dir', folder, '--listen', `127.0.0.1:${port}`])
        try {
            await peer.api.post('/restart')
            await peer.open()
            await arrives(peer, 'kept over the restart')
            await second.api.post(`/accounts/${cleo}/send`, { to: ada, text: 'after the restart' })
            await arrives(peer, 'after the restart')
            await peer.api.post('/send', { to: cleo, text: 'and back' })
            await until('"and back"', async () => (await second.api.get(`/accounts/${cleo}/messages`)).find(m => m.text === 'and back'))
        } finally {
            await second.stop()
        }
    } finally {
        await peer.stop()
        await first.stop()
        for (const used of [folder, peer.folder]) rmSync(used, { recursive: true, force: true })
    }
})
process.exit(finish())
