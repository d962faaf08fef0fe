// Files that came with messages, and what the server tells about people.
import { createHash } from 'node:crypto'
import { writeFileSync } from 'node:fs'
import { downloadMediaMessage } from 'baileys'
import { keyOf } from './archive.mjs'
import { Refusal } from './refusal.mjs'

/// `{ sha256, size }` of the file; with `retry` the phone is asked to upload it again when it is gone.
export const download = async (sock, archive, { id, file, retry }, logger) => {
    const stored = archive.find(id)
    if (!stored) throw new Refusal(404, 'no such message')
    const message = { key: keyOf(stored), message: stored.message }
    const context = retry ? { logger, reuploadRequest: sock.updateMediaMessage } : undefined
    const data = await downloadMediaMessage(message, 'buffer', {}, context)
    if (file) writeFileSync(file, data)
    return { sha256: createHash('sha256').update(data).digest('hex'), size: data.length }
}

const or = (promise, otherwise) => promise.catch(() => otherwise)

export const profile = async (sock, jid) => {
    const [about] = await or(sock.fetchStatus(jid), [])
    const url = await or(sock.profilePictureUrl(jid, 'image'), null)
    return { jid, about: about?.status?.status ?? null, picture: url ? { url } : null }
}
