// Names the kind of a message and what is in it, in the words of tests/interop/README.md.
import { proto } from 'baileys'

const wrappers = [
    'ephemeralMessage', 'viewOnceMessage', 'viewOnceMessageV2', 'viewOnceMessageV2Extension', 'documentWithCaptionMessage',
    'lottieStickerMessage', 'editedMessage', 'associatedChildMessage', 'groupStatusMessageV2'
]

/// The message inside all wrappers, and what the wrappers said.
export const unwrapped = message => {
    const said = {}
    for (let depth = 0; depth < 8; depth += 1) {
        const wrapper = wrappers.find(name => message?.[name]?.message)
        if (!wrapper) break
        if (wrapper.startsWith('viewOnce')) said.view_once = true
        if (wrapper === 'ephemeralMessage') said.ephemeral = true
        message = message[wrapper].message
    }
    return { inner: message ?? {}, said }
}

const hex = bytes => Buffer.from(bytes ?? []).toString('hex')
const base64 = bytes => (bytes?.length ? Buffer.from(bytes).toString('base64') : null)
const number = value => Number(value ?? 0)

export const target = key => ({
    id: key?.id ?? '', chat: key?.remoteJid ?? '', from_me: Boolean(key?.fromMe), participant: key?.participant ?? ''
})

const file = media => ({
    mime_type: media.mimetype ?? '', size: number(media.fileLength), sha256: hex(media.fileSha256),
    direct_path: media.directPath ?? '', media_key: base64(media.mediaKey)
})

const shape = media => ({
    text: media.caption ?? '', width: number(media.width), height: number(media.height),
    thumbnail_size: media.jpegThumbnail?.length ?? 0, view_once: Boolean(media.viewOnce)
})

const video = (kind, media) => ({
    kind: media.gifPlayback ? 'gif' : kind, ...file(media), ...shape(media), seconds: number(media.seconds)
})

const poll = asked => ({
    kind: 'poll', question: asked.name ?? '', options: asked.options.map(option => option.optionName),
    selectable: number(asked.selectableOptionsCount), text: asked.name ?? ''
})

const card = ({ displayName, vcard }) => ({ name: displayName ?? '', vcard: vcard ?? '' })

/// What each field of wa.e2e.Message says.
const readers = {
    conversation: text => ({ kind: 'text', text }),
    extendedTextMessage: extended => ({
        kind: 'text', text: extended.text ?? '',
        ...(extended.matchedText || extended.title
            ? {
                preview: {
                    url: extended.matchedText ?? '', title: extended.title ?? '', description: extended.description ?? '',
                    thumbnail_size: extended.jpegThumbnail?.length ?? 0
                }
            }
            : {}),
        ...(extended.backgroundArgb ? { background: extended.backgroundArgb } : {})
    }),
    imageMessage: media => ({ kind: 'image', ...file(media), ...shape(media) }),
    videoMessage: media => video('video', media),
    ptvMessage: media => video('video_note', media),
    audioMessage: media => ({
        kind: media.ptt ? 'voice_note' : 'audio', ...file(media), seconds: number(media.seconds),
        waveform: base64(media.waveform), view_once: Boolean(media.viewOnce)
    }),
    documentMessage: media => ({
        kind: 'document', ...file(media), text: media.caption ?? '', file_name: media.fileName ?? '', title: media.title ?? '',
        pages: number(media.pageCount), thumbnail_size: media.jpegThumbnail?.length ?? 0
    }),
    stickerMessage: media => ({
        kind: 'sticker', ...file(media), animated: Boolean(media.isAnimated), width: number(media.width), height: number(media.height)
    }),
    locationMessage: place => ({
        kind: 'location', latitude: place.degreesLatitude ?? 0, longitude: place.degreesLongitude ?? 0, name: place.name ?? '',
        address: place.address ?? '', url: place.url ?? '', live: Boolean(place.isLive), accuracy: number(place.accuracyInMeters),
        text: place.comment ?? ''
    }),
    liveLocationMessage: place => ({
        kind: 'live_location', latitude: place.degreesLatitude ?? 0, longitude: place.degreesLongitude ?? 0,
        accuracy: number(place.accuracyInMeters), speed: place.speedInMps ?? 0, text: place.caption ?? '',
        heading: number(place.degreesClockwiseFromMagneticNorth), sequence: number(place.sequenceNumber)
    }),
    contactMessage: contact => ({ kind: 'contacts', contacts: [card(contact)] }),
    contactsArrayMessage: list => ({ kind: 'contacts', name: list.displayName ?? '', contacts: list.contacts.map(card) }),
    groupInviteMessage: invite => ({
        kind: 'group_invite', group: invite.groupJid ?? '', code: invite.inviteCode ?? '', name: invite.groupName ?? '',
        expiration: number(invite.inviteExpiration), text: invite.caption ?? ''
    }),
    eventMessage: event => ({
        kind: 'event', name: event.name ?? '', description: event.description ?? '', start: number(event.startTime),
        end: number(event.endTime), cancelled: Boolean(event.isCanceled), join_link: event.joinLink ?? '',
        location: event.location?.name ?? '', text: event.name ?? ''
    }),
    pollCreationMessage: poll, pollCreationMessageV2: poll, pollCreationMessageV3: poll, pollCreationMessageV5: poll,
    reactionMessage: reaction => ({ kind: 'reaction', target: target(reaction.key), emoji: reaction.text ?? '' }),
    encReactionMessage: sealed => ({ kind: 'reaction', encrypted: true, target: target(sealed.targetMessageKey) }),
    pollUpdateMessage: vote => ({ kind: 'vote', target: target(vote.pollCreationMessageKey) }),
    encEventResponseMessage: sealed => ({ kind: 'event_response', target: target(sealed.eventCreationMessageKey) }),
    commentMessage: comment => ({
        kind: 'comment', target: target(comment.targetMessageKey), text: describe(comment.message).text
    }),
    encCommentMessage: sealed => ({ kind: 'comment', encrypted: true, target: target(sealed.targetMessageKey) }),
    secretEncryptedMessage: sealed => ({
        kind: 'secret_edit', type: proto.Message.SecretEncryptedMessage.SecretEncType[sealed.secretEncType],
        target: target(sealed.targetMessageKey)
    }),
    pinInChatMessage: (pin, message) => ({
        kind: 'pin', target: target(pin.key), unpin: pin.type === proto.Message.PinInChatMessage.Type.UNPIN_FOR_ALL,
        seconds: number(message.messageContextInfo?.messageAddOnDurationInSecs)
    }),
    keepInChatMessage: keep => ({ kind: 'keep', target: target(keep.key), keep: keep.keepType === proto.KeepType.KEEP_FOR_ALL }),
    albumMessage: album => ({ kind: 'album', images: number(album.expectedImageCount), videos: number(album.expectedVideoCount) }),
    protocolMessage: protocol => {
        const { Type } = proto.Message.ProtocolMessage
        switch (protocol.type) {
            case Type.REVOKE:
                return { kind: 'revoke', target: target(protocol.key) }
            case Type.MESSAGE_EDIT: {
                const edited = describe(protocol.editedMessage)
                return { kind: 'edit', target: target(protocol.key), edited, text: edited.text }
            }
            case Type.EPHEMERAL_SETTING:
                return { kind: 'disappearing', seconds: number(protocol.ephemeralExpiration) }
        }
        return { kind: 'protocol', type: Type[protocol.type] ?? String(protocol.type) }
    }
}

const present = message => Object.keys(message).filter(name => message[name] !== null && message[name] !== undefined)

const context = message => {
    const said = { mentions: [], quote: null, forwarded: false, expiration: 0 }
    const info = present(message).map(name => message[name]?.contextInfo).find(Boolean)
    if (!info) return said
    said.mentions = info.mentionedJid ?? []
    said.mention_all = number(info.nonJidMentions) > 0
    said.forwarded = Boolean(info.isForwarded)
    said.forwarding_score = number(info.forwardingScore)
    said.expiration = number(info.expiration)
    if (info.stanzaId) {
        said.quote = { id: info.stanzaId, author: info.participant ?? '', chat: info.remoteJid ?? '' }
        if (info.quotedMessage) {
            const { kind, text } = describe(info.quotedMessage)
            Object.assign(said.quote, { kind, text })
        }
    }
    return said
}

export function describe(message) {
    if (!message) return {}
    const { inner, said } = unwrapped(message)
    const infos = [inner.messageContextInfo, message.messageContextInfo].filter(Boolean)
    if (infos.some(info => info.messageSecret?.length)) said.has_secret = true
    const parent = infos.map(info => info.messageAssociation?.parentMessageKey).find(Boolean)
    if (parent) said.parent = target(parent)
    const name = present(inner).find(field => readers[field])
    const field = present(inner).find(each => each !== 'messageContextInfo' && !each.startsWith('senderKey'))
    const found = name ? readers[name](inner[name], inner) : { kind: 'other', field: field ?? '' }
    return { ...found, ...said, view_once: Boolean(found.view_once || said.view_once), ...context(inner) }
}
