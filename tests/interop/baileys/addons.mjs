// Votes and answers to events, which are sealed with the secret of what they are about. Baileys opens them when asked to
// and never sends any, so sealing is done here.
import { createCipheriv, createHash, hkdfSync, randomBytes } from 'node:crypto'
import {
    decryptEventResponse, decryptPollVote, getAggregateVotesInPollMessage, jidNormalizedUser, proto, updateMessageWithPollUpdate
} from 'baileys'
import { unwrapped } from './describe.mjs'

/// All addresses by which a person may be named in the derivation, without devices.
export const addresses = async (sock, jid) => {
    const bare = jidNormalizedUser(jid)
    const { lidMapping } = sock.signalRepository
    const other = bare.endsWith('@lid') ? await lidMapping.getPNForLID(bare) : await lidMapping.getLIDForPN(bare)
    return [bare, other ? jidNormalizedUser(other) : null].filter(Boolean)
}

const seal = (secret, { id, author, mine, use }, plain) => {
    const key = Buffer.from(hkdfSync('sha256', secret, Buffer.alloc(0), Buffer.from(id + author + mine + use), 32))
    const encIv = randomBytes(12)
    const cipher = createCipheriv('aes-256-gcm', key, encIv)
    cipher.setAAD(Buffer.from(`${id}\0${mine}`))
    return { encIv, encPayload: Buffer.concat([cipher.update(plain), cipher.final(), cipher.getAuthTag()]) }
}

export const secretOf = stored => stored.message.messageContextInfo?.messageSecret ?? unwrapped(stored.message).inner.messageContextInfo?.messageSecret

/// The names under which author and writer are sealed: both as LIDs where the message's author is one.
const names = async (sock, stored) => {
    const author = jidNormalizedUser(stored.sender)
    const { id, lid } = sock.user
    return { id: stored.id, author, mine: jidNormalizedUser(author.endsWith('@lid') && lid ? lid : id) }
}

export const vote = async (sock, stored, options) => {
    const hashes = options.map(option => createHash('sha256').update(option).digest())
    const plain = proto.Message.PollVoteMessage.encode({ selectedOptions: hashes }).finish()
    return seal(secretOf(stored), { ...(await names(sock, stored)), use: 'Poll Vote' }, plain)
}

export const respond = async (sock, stored, response) => {
    const { EventResponseMessage } = proto.Message
    const chosen = EventResponseMessage.EventResponseType[response.toUpperCase()]
    const plain = EventResponseMessage.encode({ response: chosen, timestampMs: Date.now() }).finish()
    return seal(secretOf(stored), { ...(await names(sock, stored)), use: 'Event Response' }, plain)
}

/// Tries each pair of addresses of the two people, as Baileys leaves that to its caller.
const opened = async (sock, author, writer, attempt) => {
    let problem = new Error('nobody is known')
    for (const first of await addresses(sock, author)) {
        for (const second of await addresses(sock, writer)) {
            try {
                return attempt(first, second)
            } catch (error) {
                problem = error
            }
        }
    }
    throw problem
}

export const optionsOf = stored => {
    const { inner } = unwrapped(stored.message)
    const asked = inner.pollCreationMessage ?? inner.pollCreationMessageV2 ?? inner.pollCreationMessageV3 ?? inner.pollCreationMessageV5
    return asked?.options.map(option => option.optionName) ?? null
}

/// What is inside a sealed add-on: `{ options }` or `{ response }`; `{ open_error }` when it does not open.
export const open = async (sock, message, writer, archive) => {
    const { inner } = unwrapped(message)
    const sealed = inner.pollUpdateMessage ?? inner.encEventResponseMessage
    if (!sealed) return {}
    const about = archive.find((sealed.pollCreationMessageKey ?? sealed.eventCreationMessageKey)?.id)
    if (!about) return { open_error: 'what it is about is not known' }
    try {
        const secret = secretOf(about)
        if (inner.pollUpdateMessage) {
            const { selectedOptions } = await opened(sock, about.sender, writer, (pollCreatorJid, voterJid) =>
                decryptPollVote(sealed.vote, { pollCreatorJid, voterJid, pollMsgId: about.id, pollEncKey: secret }))
            const name = hash => optionsOf(about)?.find(option => createHash('sha256').update(option).digest().equals(hash))
            const selected = selectedOptions ?? []
            return { options: selected.map(hash => name(hash) ?? Buffer.from(hash).toString('hex')), selectedOptions: selected }
        }
        const answer = await opened(sock, about.sender, writer, (eventCreatorJid, responderJid) =>
            decryptEventResponse(sealed, { eventCreatorJid, responderJid, eventMsgId: about.id, eventEncKey: secret }))
        const { EventResponseType } = proto.Message.EventResponseMessage
        return { response: EventResponseType[answer.response]?.toLowerCase() }
    } catch (error) {
        return { open_error: error.message }
    }
}

/// Votes by poll, counted the way Baileys counts them.
export class Polls {
    #votes = new Map()

    add(pollId, key, selectedOptions) {
        const poll = this.#votes.get(pollId) ?? {}
        updateMessageWithPollUpdate(poll, { pollUpdateMessageKey: key, vote: { selectedOptions } })
        this.#votes.set(pollId, poll)
    }

    tally(stored, meId) {
        const { inner } = unwrapped(stored.message)
        return getAggregateVotesInPollMessage({ message: inner, pollUpdates: this.#votes.get(stored.id)?.pollUpdates }, meId)
    }
}
