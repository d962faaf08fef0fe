// Turns the body of POST /send into what Baileys sends: content for its sendMessage, or a message for its relayMessage
// where sendMessage knows no such kind.
import { readFileSync } from 'node:fs'
import { proto } from 'baileys'
import { respond, vote } from './addons.mjs'
import { keyOf } from './archive.mjs'
import { unwrapped } from './describe.mjs'
import { Refusal } from './refusal.mjs'

export const jidOf = to => {
    const jid = to === 'status' ? 'status@broadcast' : to.includes('@') ? to : `${to.replace(/[^0-9]/g, '')}@s.whatsapp.net`
    if (jid.startsWith('@')) throw new Refusal(422, 'not a number or JID')
    return jid
}

const bytes = text => (text === undefined ? undefined : Buffer.from(text, 'base64'))
const media = body => (body.file === undefined ? bytes(body.data) ?? Buffer.alloc(0) : readFileSync(body.file))

/// Only what is given: Baileys computes what is missing where it can.
const given = fields => Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined))

const file = (name, body, more = {}) => ({
    content: {
        [name]: media(body),
        ...given({
            mimetype: body.mime_type, caption: body.text, fileName: body.file_name, seconds: body.seconds, width: body.width,
            height: body.height, waveform: bytes(body.waveform), jpegThumbnail: bytes(body.thumbnail), viewOnce: body.view_once
        }),
        ...more
    }
})

const place = body => given({
    degreesLatitude: body.latitude, degreesLongitude: body.longitude, name: body.name, address: body.address, url: body.url,
    accuracyInMeters: body.accuracy
})

const plain = {
    text: body => ({
        content: {
            text: body.text,
            linkPreview: body.preview
                ? {
                    'matched-text': body.preview.url, title: body.preview.title, description: body.preview.description,
                    jpegThumbnail: bytes(body.preview.thumbnail)
                }
                : null
        }
    }),
    image: body => file('image', body),
    video: body => file('video', body),
    gif: body => file('video', body, { gifPlayback: true }),
    video_note: body => file('video', body, { ptv: true }),
    audio: body => file('audio', body, { ptt: false }),
    voice_note: body => file('audio', body, { ptt: true, mimetype: body.mime_type ?? 'audio/ogg; codecs=opus' }),
    document: body => file('document', body, { mimetype: body.mime_type ?? 'application/octet-stream' }),
    sticker: body => file('sticker', body, { isAnimated: body.animated ?? false }),
    location: body => ({ content: { location: place(body) } }),
    live_location: body => ({
        message: {
            liveLocationMessage: given({
                degreesLatitude: body.latitude, degreesLongitude: body.longitude, accuracyInMeters: body.accuracy,
                speedInMps: body.speed, sequenceNumber: body.sequence, caption: body.text
            })
        }
    }),
    contacts: body => ({
        content: {
            contacts: { displayName: body.name, contacts: body.contacts.map(({ name, vcard }) => ({ displayName: name, vcard })) }
        }
    }),
    poll: body => ({ content: { poll: { name: body.question, values: body.options, selectableCount: body.selectable ?? 0 } } }),
    event: body => ({
        content: {
            event: given({
                name: body.name, description: body.description, startDate: new Date(body.start * 1000),
                endDate: body.end ? new Date(body.end * 1000) : undefined, location: body.place ? { name: body.place } : undefined
            })
        }
    }),
    group_invite: body => ({
        message: {
            groupInviteMessage: given({
                groupJid: body.group, inviteCode: body.code, groupName: body.name, caption: body.text,
                inviteExpiration: Math.floor(Date.now() / 1000) + 72 * 3600
            })
        }
    }),
    disappearing: body => ({ content: { disappearingMessagesInChat: body.seconds } }),
    album: body => ({ content: { album: { expectedImageCount: body.images ?? 0, expectedVideoCount: body.videos ?? 0 } } }),
    raw: body => ({ message: proto.Message.decode(bytes(body.raw)) })
}

/// Kinds that are about another message.
const about = {
    reaction: body => ({ content: { react: { text: body.emoji, key: body.key } } }),
    edit: body => ({ content: { edit: body.key, text: body.text, linkPreview: null } }),
    revoke: body => ({ content: { delete: body.key } }),
    pin: body => ({
        content: {
            pin: body.key, time: Math.max(body.seconds ?? 0, 86400),
            type: body.unpin ? proto.Message.PinInChatMessage.Type.UNPIN_FOR_ALL : proto.Message.PinInChatMessage.Type.PIN_FOR_ALL
        }
    }),
    keep: body => ({
        message: {
            keepInChatMessage: {
                key: body.key, keepType: body.keep ? proto.KeepType.KEEP_FOR_ALL : proto.KeepType.UNDO_KEEP_FOR_ALL,
                timestampMs: Date.now()
            }
        }
    }),
    forward: body => {
        // Baileys takes the first field for the content.
        const { messageContextInfo, senderKeyDistributionMessage, ...message } = unwrapped(body.stored.message).inner
        return { content: { forward: { key: body.key, message: proto.Message.create(message) }, force: true } }
    },
    vote: async (body, sock) => ({
        message: {
            pollUpdateMessage: {
                pollCreationMessageKey: body.key, vote: await vote(sock, body.stored, body.options), senderTimestampMs: Date.now()
            }
        },
        nodes: [{ tag: 'meta', attrs: { polltype: 'vote' } }]
    }),
    event_response: async (body, sock) => ({
        message: {
            encEventResponseMessage: { eventCreationMessageKey: body.key, ...(await respond(sock, body.stored, body.response)) }
        },
        nodes: [{ tag: 'meta', attrs: { event_type: 'response' } }]
    })
}

const known = (archive, id, what) => {
    const found = archive.find(id)
    if (!found) throw new Refusal(404, `no such ${what}`)
    return found
}

/// `{ content, options }` for sendMessage or `{ message, nodes }` for relayMessage.
export const compose = async (body, sock, archive) => {
    const kind = body.kind ?? 'text'
    if (kind === 'text' && typeof body.text !== 'string') throw new Refusal(422, 'text is not a string')
    let made
    if (about[kind]) {
        const stored = known(archive, body.message, 'message')
        made = await about[kind]({ ...body, stored, key: keyOf(stored) }, sock)
    } else if (plain[kind]) {
        made = plain[kind](body)
    } else {
        throw new Refusal(422, `no such kind: ${kind}`)
    }
    if (made.message) return { nodes: [], ...made, message: proto.Message.create(made.message) }
    const options = {}
    if (body.mentions) made.content.mentions = body.mentions.map(jidOf)
    if (body.mention_all) made.content.mentionAll = true
    if (body.parent) made.content.albumParentKey = keyOf(known(archive, body.parent, 'album'))
    if (body.expiration) options.ephemeralExpiration = body.expiration
    if (body.audience) options.statusJidList = body.audience.map(jidOf)
    if (body.quote) {
        const quoted = known(archive, body.quote, 'message to quote')
        options.quoted = { key: keyOf(quoted), message: quoted.message, participant: quoted.sender }
    }
    return { content: made.content, options }
}
