// A Baileys companion as a long-running process, driven over a small HTTP JSON API on the loopback. The README beside
// this file lists the options and calls. Baileys is used as published; everything here is configuration and events.
import { appendFileSync, existsSync, mkdirSync, readFileSync, readdirSync } from 'node:fs'
import { createServer } from 'node:http'
import { Agent } from 'node:https'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import makeWASocket, {
    DisconnectReason, generateMessageIDV2, jidDecode, jidNormalizedUser, makeCacheableSignalKeyStore, proto,
    useMultiFileAuthState
} from 'baileys'
import pino from 'pino'

const { values: options } = parseArgs({
    options: {
        port: { type: 'string', default: process.env.PEER_PORT ?? '0' },
        'auth-dir': { type: 'string', default: process.env.PEER_AUTH_DIR ?? './auth' },
        url: { type: 'string', default: process.env.PEER_URL ?? 'wss://127.0.0.1:8443/ws/chat' },
        ca: { type: 'string', default: process.env.PEER_CA ?? '' },
        version: { type: 'string', default: process.env.PEER_VERSION ?? '' },
        log: { type: 'string', default: process.env.PEER_LOG ?? '' },
        'log-level': { type: 'string', default: process.env.PEER_LOG_LEVEL ?? 'debug' }
    }
})

const authDir = options['auth-dir']
mkdirSync(authDir, { recursive: true })
const logger = pino(
    { level: options['log-level'] },
    pino.destination({ dest: options.log || join(authDir, 'baileys.log'), sync: true })
)

// The Signal library of Baileys writes to the console, keys included; that belongs into the log.
for (const level of ['log', 'info', 'warn', 'error']) {
    console[level] = (...parts) => logger.debug({ console: parts.map(part => part?.message ?? typeof part) }, 'console')
}

// What outlives this process lies beside the credentials, one JSON object a line.
const receivedFile = join(authDir, 'received.jsonl')
const sentFile = join(authDir, 'sent.jsonl')
const readLines = file =>
    existsSync(file) ? readFileSync(file, 'utf8').split('\n').filter(Boolean).map(line => JSON.parse(line)) : []

const messages = readLines(receivedFile)
const sent = new Map(readLines(sentFile).map(({ id, text }) => [id, text]))
const receipts = []
const state = { connection: 'close', qr: null, pairing_code: null, me: null, last_disconnect: null, opened: 0 }

let sock = null
let keys = null
let wanted = null // how to connect: { method, phone }; null while stopped
let reconnectTimer = null
let generation = 0 // events of a socket that was replaced are ignored

const textOf = message =>
    message?.conversation ?? message?.extendedTextMessage?.text ?? message?.imageMessage?.caption ?? null

const note = ({ key, status, detail }) => {
    receipts.push({
        seq: receipts.length + 1,
        id: key.id,
        from: key.remoteJid,
        fromMe: Boolean(key.fromMe),
        status,
        status_name: proto.WebMessageInfo.Status[status] ?? String(status),
        detail: detail ?? []
    })
}

/// The echo of an own send. Baileys joins events that come close together, so it may already bear what the server said.
const echoed = ({ key, status, messageStubParameters }) => {
    if (status === undefined || status === null || status === proto.WebMessageInfo.Status.PENDING) return
    note({ key, status, detail: messageStubParameters })
}

const keep = message => {
    const { key } = message
    if (sent.has(key.id)) return echoed(message)
    const stub = message.messageStubType || 0
    const entry = {
        seq: messages.length + 1,
        id: key.id,
        from: key.remoteJid,
        from_alt: key.remoteJidAlt ?? null,
        fromMe: Boolean(key.fromMe),
        text: textOf(message.message),
        push_name: message.pushName ?? null,
        timestamp: Number(message.messageTimestamp ?? 0),
        stub: stub === 0 ? null : (proto.WebMessageInfo.StubType[stub] ?? String(stub)),
        stub_parameters: message.messageStubParameters ?? []
    }
    messages.push(entry)
    appendFileSync(receivedFile, JSON.stringify(entry) + '\n')
}

const later = milliseconds => {
    clearTimeout(reconnectTimer)
    reconnectTimer = setTimeout(() => connect().catch(error => logger.error({ error }, 'reconnecting failed')), milliseconds)
}

const closed = error => {
    const code = error?.output?.statusCode ?? null
    state.connection = 'close'
    state.qr = null
    state.last_disconnect = { code, message: error?.message ?? '' }
    const final = [DisconnectReason.loggedOut, DisconnectReason.connectionReplaced, DisconnectReason.forbidden, 405]
    if (!wanted || final.includes(code)) return
    later(code === DisconnectReason.restartRequired ? 0 : 1000)
}

async function connect() {
    const mine = ++generation
    const auth = await useMultiFileAuthState(authDir)
    keys = makeCacheableSignalKeyStore(auth.state.keys, logger)
    const config = {
        auth: { creds: auth.state.creds, keys },
        waWebSocketUrl: options.url,
        logger,
        getMessage: async key => (sent.has(key.id) ? { extendedTextMessage: { text: sent.get(key.id) } } : undefined),
        markOnlineOnConnect: false,
        syncFullHistory: false,
        shouldSyncHistoryMessage: () => false // else events are held back for 20 s after linking
    }
    if (options.ca) config.agent = new Agent({ ca: readFileSync(options.ca), keepAlive: false })
    if (options.version) config.version = options.version.split('.').map(Number)
    sock = makeWASocket(config)
    const current = () => mine === generation
    sock.ev.on('creds.update', auth.saveCreds)
    sock.ev.on('connection.update', update => {
        if (!current()) return
        if (update.connection) state.connection = update.connection
        if (update.qr) {
            state.qr = update.qr
            if (wanted?.method === 'code' && !state.pairing_code) {
                sock.requestPairingCode(wanted.phone).then(
                    code => { state.pairing_code = code },
                    error => logger.error({ error }, 'requesting a pairing code failed')
                )
            }
        }
        if (update.connection === 'open') {
            state.qr = null
            state.pairing_code = null
            state.opened += 1
            state.me = sock.user ?? null
        }
        if (update.connection === 'close') closed(update.lastDisconnect?.error)
    })
    sock.ev.on('messages.upsert', ({ messages: arrived }) => arrived.forEach(keep))
    sock.ev.on('messages.update', updates => {
        for (const { key, update } of updates) {
            if (update.status === undefined || update.status === null) continue
            note({ key, status: update.status, detail: update.messageStubParameters })
        }
    })
}

const disconnect = async () => {
    clearTimeout(reconnectTimer)
    generation += 1
    const old = sock
    sock = null
    state.connection = 'close'
    state.qr = null
    if (!old) return
    const gone = new Promise(resolve => old.ws.once('close', resolve))
    old.end(undefined)
    await Promise.race([gone, new Promise(resolve => setTimeout(resolve, 2000))])
}

const jidOf = to => (to.includes('@') ? to : `${to.replace(/[^0-9]/g, '')}@s.whatsapp.net`)

/// Removes or damages the Signal sessions with all devices of that user, under its number and under its LID.
const corrupt = async (jid, mode) => {
    const users = new Set([jidDecode(jid).user])
    const lid = jid.endsWith('@lid') ? null : await sock.signalRepository.lidMapping.getLIDForPN(jid)
    if (lid) users.add(jidDecode(lid).user)
    const pn = jid.endsWith('@lid') ? await sock.signalRepository.lidMapping.getPNForLID(jid) : null
    if (pn) users.add(jidDecode(pn).user)
    const names = readdirSync(authDir)
        .map(file => /^session-(.+)\.json$/.exec(file)?.[1])
        .filter(name => name && users.has(name.split('.')[0].split('_')[0]))
    for (const name of names) {
        let replacement = null
        if (mode === 'damage') {
            replacement = (await keys.get('session', [name]))[name]
            for (const session of Object.values(replacement?._sessions ?? {})) {
                session.currentRatchet.rootKey = Buffer.alloc(32, 7).toString('base64')
                for (const chain of Object.values(session._chains)) {
                    chain.chainKey.key = Buffer.alloc(32, 7).toString('base64')
                    chain.messageKeys = {}
                }
            }
        }
        await keys.set({ session: { [name]: replacement } })
    }
    return names
}

class Refusal extends Error {
    constructor(status, detail) {
        super(detail)
        this.status = status
    }
}
const online = () => {
    if (!sock || state.connection !== 'open') throw new Refusal(409, `not connected: ${state.connection}`)
    return sock
}
const after = (list, query) => list.filter(entry => entry.seq > Number(query.get('after') ?? 0))

const routes = {
    'GET /health': async () => ({ status: 'ok' }),
    'GET /state': async () => ({ ...state, me: sock?.user ?? state.me, stopped: wanted === null }),
    'POST /start': async body => {
        if (body.method === 'code' && !body.phone) throw new Refusal(422, 'phone is missing')
        await disconnect()
        wanted = { method: body.method ?? 'qr', phone: body.phone?.replace(/[^0-9]/g, '') }
        state.pairing_code = null
        await connect()
        return { started: true }
    },
    'POST /stop': async () => {
        wanted = null
        await disconnect()
        return { stopped: true }
    },
    'POST /restart': async () => {
        wanted ??= { method: 'qr' }
        await disconnect()
        await connect()
        return { restarted: true }
    },
    'POST /logout': async () => {
        await online().logout()
        return { logged_out: true }
    },
    'POST /send': async body => {
        if (typeof body.to !== 'string' || typeof body.text !== 'string') throw new Refusal(422, 'to and text are strings')
        const id = body.id ?? generateMessageIDV2(online().user?.id)
        sent.set(id, body.text)
        appendFileSync(sentFile, JSON.stringify({ id, text: body.text }) + '\n')
        await online().sendMessage(jidOf(body.to), { text: body.text }, { messageId: id })
        return { id }
    },
    'POST /read': async body => {
        const remoteJid = jidOf(body.jid)
        await online().readMessages(body.ids.map(id => ({ remoteJid, id, fromMe: false })))
        return { read: body.ids.length }
    },
    'POST /presence': async body => {
        await online().sendPresenceUpdate(body.type ?? 'available', body.to ? jidOf(body.to) : undefined)
        return { sent: true }
    },
    'POST /corrupt': async body => {
        online()
        return { sessions: await corrupt(jidNormalizedUser(jidOf(body.jid)), body.mode ?? 'delete') }
    },
    'GET /messages': async (_, query) => after(messages, query),
    'GET /receipts': async (_, query) => after(receipts, query)
}

const readBody = async request => {
    const parts = []
    for await (const part of request) parts.push(part)
    const text = Buffer.concat(parts).toString('utf8')
    return text ? JSON.parse(text) : {}
}

const server = createServer(async (request, response) => {
    const url = new URL(request.url, 'http://127.0.0.1')
    const answer = (status, body) => {
        response.writeHead(status, { 'content-type': 'application/json' })
        response.end(JSON.stringify(body))
    }
    try {
        const route = routes[`${request.method} ${url.pathname}`]
        if (!route) return answer(404, { detail: 'no such call' })
        answer(200, await route(await readBody(request), url.searchParams))
    } catch (error) {
        logger.error({ error: error?.stack }, 'a call failed')
        answer(error instanceof Refusal ? error.status : 500, { detail: error?.message ?? String(error) })
    }
})
server.listen(Number(options.port), '127.0.0.1', () => {
    process.stdout.write(`peer listening on http://127.0.0.1:${server.address().port}\n`)
})
process.on('unhandledRejection', error => logger.error({ error: error?.stack ?? error }, 'unhandled rejection'))
for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => disconnect().finally(() => process.exit(0)))
