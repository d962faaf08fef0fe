// What tests do to the Signal sessions of the peer.
import { readdirSync } from 'node:fs'
import { jidDecode } from 'baileys'

/// Removes or damages the Signal sessions with all devices of that user, under its number and under its LID.
export const corrupt = async ({ sock, keys, authDir }, jid, mode) => {
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
