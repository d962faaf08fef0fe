// A Baileys companion as a long-running process, driven over a small HTTP JSON API on the loopback. The README beside
// this file lists the options and calls. Baileys is used as published; everything here is configuration and events.
import { createHash } from 'node:crypto'
import { mkdirSync, readFileSync, readdirSync } from 'node:fs'
import { createServer } from 'node:http'
import { Agent } from 'node:https'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import makeWASocket, {
    DisconnectReason, generateMessageIDV2, jidDecode, jidNormalizedUser, makeCacheableSignalKeyStore, useMultiFileAuthState
} from 'baileys'
import pino from 'pino'
import { Polls, optionsOf } from './addons.mjs'
import { Archive } from './archive.mjs'
import { compose, jidOf } from './compose.mjs'
import { Feed } from './feed.mjs'
import { groupCalls } from './groups.mjs'
import { download, profile } from './lookups.mjs'
import { Refusal } from './refusal.mjs'
import { corrupt } from './sessions.mjs'

const { values: options } = parseArgs({
    options: {
        port: { type: 'string', default: process.env.PEER_PORT ?? '0' },
        'auth-dir': { type: 'string', default: process.env.PEER_AUTH_DIR ?? './auth' },
        url: { type: 'string', default: process.env.PEER_URL ?? 'wss://127.0.0.1:8443/ws/chat' },
        ca: { type: 'string', default: process.env.PEER_CA ?? '' },
        name: { type: 'string', default: process.env.PEER_NAME ?? 'baileys' },
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

const archive = new Archive(join(authDir, 'archive.jsonl'))
const polls = new Polls()
const own = new Set()
const sending = new Map() // sends under way, by id
const feed = new Feed(join(authDir, 'received.jsonl'), archive, polls, own)
const state = { connection: 'close', qr: null, pairing_code: null, me: null, last_disconnect: null, opened: 0 }

let sock = null
let keys = null
let wanted = null // how to connect: { method, phone }; null while stopped
let reconnectTimer = null
let generation = 0 // events of a socket that was replaced are ignored
let keeping = Promise.resolve() // messages are kept one after the other

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
        getMessage: async key => {
            await sending.get(key.id)?.catch(() => {}) // asked for again before it is archived
            return archive.find(key.id)?.message
        },
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
            // The push name comes with the app state; without one, Baileys says nothing about presence.
            if (!sock.user.name) sock.ev.emit('creds.update', { me: { ...sock.user, name: options.name } })
            state.me = sock.user ?? null
        }
        if (update.connection === 'close') closed(update.lastDisconnect?.error)
    })
    const mySock = sock
    sock.ev.on('messages.upsert', ({ messages: arrived }) => {
        for (const message of arrived) {
            keeping = keeping
                .then(() => feed.keep(mySock, message))
                .catch(error => logger.error({ error: error.stack }, 'keeping a message failed'))
        }
    })
    feed.listen(sock.ev, current)
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

const online = () => {
    if (!sock || state.connection !== 'open') throw new Refusal(409, `not connected: ${state.connection}`)
    return sock
}
const found = id => {
    const stored = archive.find(id)
    if (!stored) throw new Refusal(404, 'no such message')
    return stored
}

/// Sends any kind of content; what it has sent is archived, so that it can be sent again, quoted, voted on and edited.
const send = async body => {
    const to = jidOf(body.to ?? found(body.message ?? body.quote).chat)
    const made = await compose(body, online(), archive)
    const id = body.id ?? generateMessageIDV2(online().user?.id)
    own.add(id)
    const underWay = relay(to, id, made, body)
    sending.set(id, underWay)
    const message = await underWay.finally(() => sending.delete(id))
    if (body.kind === 'vote') {
        const hashes = body.options.map(option => createHash('sha256').update(option).digest())
        polls.add(body.message, { fromMe: true }, hashes)
    }
    return { id: message ? id : null } // a group's timer is a setting, not a message
}

const relay = async (to, id, { message, content, nodes, options }, { audience }) => {
    if (message) {
        await online().relayMessage(to, message, { messageId: id, additionalNodes: nodes, statusJidList: audience?.map(jidOf) })
    } else {
        message = (await online().sendMessage(to, content, { ...options, messageId: id }))?.message
    }
    if (message) archive.keep({ id, chat: to, sender: await authorIn(to), fromMe: true, message })
    return message
}

/// As whom this account writes in a chat: by LID where the chat is one, else by number.
const authorIn = async to => {
    const { id, lid } = sock.user
    if (to.endsWith('@lid')) return jidNormalizedUser(lid)
    if (!to.endsWith('@g.us')) return jidNormalizedUser(id)
    const { addressingMode } = await sock.groupMetadata(to)
    return jidNormalizedUser(addressingMode === 'lid' ? lid : id)
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
    'POST /send': body => send(body),
    'POST /read': async body => {
        const remoteJid = jidOf(body.jid)
        const participant = body.sender ? jidOf(body.sender) : undefined
        if (body.played) await online().sendReceipt(remoteJid, participant, body.ids, 'played')
        else await online().readMessages(body.ids.map(id => ({ remoteJid, id, fromMe: false, participant })))
        return { read: body.ids.length }
    },
    'POST /presence': async body => {
        await online().sendPresenceUpdate(body.type ?? 'available', body.to ? jidOf(body.to) : undefined)
        return { sent: true }
    },
    'POST /corrupt': async body => {
        online()
        return { sessions: await corrupt({ sock, keys, authDir }, jidNormalizedUser(jidOf(body.jid)), body.mode ?? 'delete') }
    },
    'POST /watch': async body => {
        await online().presenceSubscribe(jidOf(body.jid))
        return { watching: true }
    },
    'POST /download': body => download(online(), archive, body),
    'POST /lookup': async body =>
        (await online().onWhatsApp(...body.numbers)).map(({ jid, exists }) => ({ query: jidDecode(jid).user, jid, exists })),
    'GET /profile': async (_, query) => profile(online(), jidOf(query.get('jid'))),
    'POST /profile': async body => {
        await online().updateProfileStatus(body.about)
        return { changed: true }
    },
    'GET /poll': async (_, query) => {
        const stored = found(query.get('id'))
        if (!optionsOf(stored)) throw new Refusal(422, 'no poll in this message')
        return { votes: polls.tally(stored, jidNormalizedUser(sock?.user?.id)) }
    },
    'GET /raw': async (_, query) => {
        const { chat, sender, fromMe, raw } = found(query.get('id'))
        return { chat, sender, from_me: fromMe, message: raw }
    },
    'GET /messages': async (_, query) => after(feed.messages, query),
    'GET /receipts': async (_, query) => after(feed.receipts, query),
    'GET /events': async (_, query) => after(feed.events, query)
}
for (const [name, call] of Object.entries(groupCalls)) {
    routes[name] = async (body, query) => {
        const request = { ...Object.fromEntries(query), ...body }
        return call(online(), { ...request, group: request.group && jidOf(request.group) })
    }
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
        const code = typeof error?.data === 'number' ? error.data : null // what the server refused a query with
        answer(error instanceof Refusal ? error.status : 500, { detail: error?.message ?? String(error), code })
    }
})
server.listen(Number(options.port), '127.0.0.1', () => {
    process.stdout.write(`peer listening on http://127.0.0.1:${server.address().port}\n`)
})
process.on('unhandledRejection', error => logger.error({ error: error?.stack ?? error }, 'unhandled rejection'))
for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => disconnect().finally(() => process.exit(0)))
