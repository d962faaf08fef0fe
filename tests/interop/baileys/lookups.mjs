// Files that came with messages, and what the server tells about people.
import { createHash } from 'node:crypto'
import { writeFileSync } from 'node:fs'
import { downloadMediaMessage } from 'baileys'
import { keyOf } from './archive.mjs'
import { Refusal } from './refusal.mjs'

/// `{ sha256, size }` of the file; with `retry` the phone is asked to upload it again when it is gone.
export const download = async (sock, archive, { id, file, retry }) => {
    const stored = archive.find(id)
    if (!stored) throw new Refusal(404, 'no such message')
    const message = { key: keyOf(stored), message: stored.message }
    const { hosts } = await sock.refreshMediaConn(false)
    const fetched = from => downloadMediaMessage(from, 'buffer', { host: hosts[0]?.hostname })
    // Baileys asks for another upload by itself only where an error bears a `status`, which its own errors do not.
    const data = await fetched(message).catch(async error => {
        if (!retry || ![403, 404, 410].includes(error?.output?.statusCode)) throw error
        return fetched(await sock.updateMediaMessage(message))
    })
    if (file) writeFileSync(file, data)
    return { sha256: createHash('sha256').update(data).digest('hex'), size: data.length }
}

const or = (promise, otherwise) => promise.catch(() => otherwise)

export const profile = async (sock, jid) => {
    const [about] = await or(sock.fetchStatus(jid), [])
    const url = await or(sock.profilePictureUrl(jid, 'image'), null)
    return { jid, about: about?.status?.status ?? null, picture: url ? { url } : null }
}
