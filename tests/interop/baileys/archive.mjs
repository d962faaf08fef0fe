// All messages that the peer sent or received, as they were: quotes, votes, edits and downloads name them by their id.
import { appendFileSync, existsSync, readFileSync } from 'node:fs'
import { proto } from 'baileys'

export const readLines = file =>
    existsSync(file) ? readFileSync(file, 'utf8').split('\n').filter(Boolean).map(line => JSON.parse(line)) : []

export class Archive {
    constructor(file) {
        this.file = file
        this.byId = new Map()
        for (const entry of readLines(file)) this.byId.set(entry.id, this.#opened(entry))
    }

    #opened(entry) {
        return { ...entry, message: proto.Message.decode(Buffer.from(entry.raw, 'base64')) }
    }

    keep({ id, chat, sender, fromMe, message }) {
        const raw = Buffer.from(proto.Message.encode(message).finish()).toString('base64')
        const entry = { id, chat, sender, fromMe, raw }
        this.byId.set(id, this.#opened(entry))
        appendFileSync(this.file, JSON.stringify(entry) + '\n')
    }

    find(id) {
        return this.byId.get(id)
    }
}

/// The key by which a chat names the message.
export const keyOf = ({ id, chat, sender, fromMe }) => {
    const shared = chat.endsWith('@g.us') || chat.endsWith('@broadcast')
    return { remoteJid: chat, fromMe, id, participant: shared && !fromMe ? sender : undefined }
}
