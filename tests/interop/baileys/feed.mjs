// What the peer has seen: messages, receipts and other events, each list counted by `seq`.
import { appendFileSync } from 'node:fs'
import { jidNormalizedUser, proto } from 'baileys'
import { open } from './addons.mjs'
import { readLines } from './archive.mjs'
import { describe } from './describe.mjs'
import { groupOf } from './groups.mjs'

export class Feed {
    receipts = []
    events = []

    constructor(file, archive, polls, own) {
        this.file = file
        this.archive = archive
        this.polls = polls
        this.own = own // ids that this peer has sent
        this.messages = readLines(file)
    }

    #add(list, entry) {
        const numbered = { seq: list.length + 1, ...entry }
        list.push(numbered)
        return numbered
    }

    event(type, data) {
        this.#add(this.events, { type, data })
    }

    receipt(key, status, detail, participant) {
        this.#add(this.receipts, {
            id: key.id, from: key.remoteJid, participant: participant ?? null, fromMe: Boolean(key.fromMe), status,
            status_name: proto.WebMessageInfo.Status[status] ?? String(status), detail: detail ?? []
        })
    }

    /// How far somebody in a group is with an own message.
    #reached(key, receipt) {
        const { Status } = proto.WebMessageInfo
        const status = receipt.playedTimestamp ? Status.PLAYED : receipt.readTimestamp ? Status.READ : Status.DELIVERY_ACK
        this.receipt(key, status, [], receipt.userJid)
    }

    /// The echo of an own send. Baileys joins events that come close together, so it may already bear what the server and
    /// others said.
    #echoed({ key, status, messageStubParameters, userReceipt }) {
        userReceipt?.forEach(receipt => this.#reached(key, receipt))
        if (status === undefined || status === null || status === proto.WebMessageInfo.Status.PENDING) return
        this.receipt(key, status, messageStubParameters)
    }

    async keep(sock, message) {
        const { key } = message
        if (this.own.has(key.id)) return this.#echoed(message)
        const stub = message.messageStubType || 0
        const me = jidNormalizedUser(sock.user?.id ?? '')
        const sender = key.fromMe ? me : key.participant || key.remoteJid
        const entry = {
            id: key.id,
            from: key.remoteJid,
            from_alt: key.remoteJidAlt ?? null,
            chat: key.remoteJid,
            sender,
            sender_alt: key.participantAlt ?? (key.fromMe ? null : key.remoteJidAlt ?? null),
            fromMe: Boolean(key.fromMe),
            text: null,
            push_name: message.pushName ?? null,
            timestamp: Number(message.messageTimestamp ?? 0),
            addressing: key.addressingMode ?? '',
            stub: stub === 0 ? null : (proto.WebMessageInfo.StubType[stub] ?? String(stub)),
            stub_parameters: message.messageStubParameters ?? []
        }
        if (message.message) {
            this.archive.keep({ id: key.id, chat: key.remoteJid, sender, fromMe: entry.fromMe, message: message.message })
            Object.assign(entry, describe(message.message))
            const { selectedOptions, ...inside } = await open(sock, message.message, sender, this.archive)
            Object.assign(entry, inside)
            if (selectedOptions) this.polls.add(entry.target.id, key, selectedOptions)
        } else {
            entry.kind = stub === proto.WebMessageInfo.StubType.CIPHERTEXT ? 'undecryptable' : 'notice'
        }
        appendFileSync(this.file, JSON.stringify(this.#add(this.messages, entry)) + '\n')
    }

    /// Everything that Baileys tells besides messages.
    listen(ev, current) {
        const on = (name, take) => ev.on(name, data => { if (current()) take(data) })
        on('messages.update', updates => {
            for (const { key, update } of updates) {
                if (update.status === undefined || update.status === null) continue
                this.receipt(key, update.status, update.messageStubParameters)
            }
        })
        on('message-receipt.update', updates => {
            for (const { key, receipt } of updates) this.#reached(key, receipt)
        })
        on('presence.update', ({ id, presences }) => {
            for (const [from, { lastKnownPresence, lastSeen }] of Object.entries(presences)) {
                if (lastKnownPresence === 'available' || lastKnownPresence === 'unavailable') {
                    this.event('presence', { from, available: lastKnownPresence === 'available', last_seen: lastSeen ?? null })
                } else {
                    const media = lastKnownPresence === 'recording' ? 'audio' : ''
                    const state = lastKnownPresence === 'recording' ? 'composing' : lastKnownPresence
                    this.event('chat_presence', { chat: id, from, state, media })
                }
            }
        })
        on('group-participants.update', ({ id, author, participants, action }) => {
            const people = participants.map(each => (typeof each === 'string' ? each : each.id))
            this.event('group_changed', { group: id, author: author ?? null, [action]: people })
        })
        on('groups.update', updates => {
            const names = {
                subject: 'subject', desc: 'description', announce: 'announce', restrict: 'locked', ephemeralDuration: 'expiration',
                joinApprovalMode: 'join_approval', memberAddMode: 'member_add', inviteCode: 'invite_code'
            }
            for (const { id, author, ...changed } of updates) {
                const data = { group: id, author: author ?? null }
                for (const [theirs, ours] of Object.entries(names)) if (changed[theirs] !== undefined) data[ours] = changed[theirs]
                this.event('group_changed', data)
            }
        })
        on('groups.upsert', groups => groups.forEach(group => this.event('group_joined', groupOf(group))))
        on('contacts.update', contacts => {
            for (const { id, imgUrl } of contacts) {
                if (imgUrl !== undefined) this.event('picture', { jid: id, removed: imgUrl === 'removed' || imgUrl === null })
            }
        })
        on('chats.update', chats => {
            for (const { id, ephemeralExpiration } of chats) {
                if (ephemeralExpiration !== undefined) this.event('disappearing', { chat: id, seconds: ephemeralExpiration ?? 0 })
            }
        })
        on('messages.reaction', list => {
            for (const { key, reaction } of list) this.event('reaction', { id: key.id, emoji: reaction.text ?? '' })
        })
        on('call', calls => calls.forEach(({ id, from, status }) => this.event(`call_${status}`, { id, from })))
        on('group.join-request', ({ id, participant, action }) => this.event('join_request', { group: id, participant, action }))
    }
}
