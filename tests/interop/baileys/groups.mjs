// Groups as the calls of tests/interop/README.md show and change them.
import { jidOf } from './compose.mjs'

const role = ({ admin }) => admin ?? 'member'

export const memberOf = member => ({
    jid: member.id, pn: member.phoneNumber ?? (member.id?.endsWith('@s.whatsapp.net') ? member.id : null),
    lid: member.lid ?? (member.id?.endsWith('@lid') ? member.id : null), role: role(member)
})

export const groupOf = group => ({
    group: group.id, subject: group.subject, description: group.desc ?? '', owner: group.owner ?? null,
    announce: Boolean(group.announce), locked: Boolean(group.restrict), expiration: group.ephemeralDuration ?? 0,
    join_approval: Boolean(group.joinApprovalMode), member_add: group.memberAddMode ? 'all_member_add' : 'admin_add',
    addressing: group.addressingMode ?? '', created: group.creation ?? null, participants: (group.participants ?? []).map(memberOf)
})

const picture = (sock, target, image) =>
    sock.query({
        tag: 'iq',
        attrs: { target, to: 's.whatsapp.net', type: 'set', xmlns: 'w:profile:picture' },
        content: [{ tag: 'picture', attrs: { type: 'image' }, content: image }]
    })

const affected = list => ({
    participants: list.map(({ jid, status, content }) => {
        const { phone_number: pn, lid } = content?.attrs ?? {}
        const error = Number(status ?? 200)
        return { jid, pn: pn ?? null, lid: lid ?? null, role: 'member', ...(error === 200 ? {} : { error }) }
    })
})

/// Each call takes the connected socket and the body or query.
export const groupCalls = {
    'POST /groups': async (sock, body) => groupOf(await sock.groupCreate(body.subject, (body.participants ?? []).map(jidOf))),
    'GET /groups': async sock => Object.values(await sock.groupFetchAllParticipating()).map(groupOf),
    'GET /group': async (sock, { group }) => groupOf(await sock.groupMetadata(group)),
    'POST /groups/participants': async (sock, { group, participants, action }) =>
        affected(await sock.groupParticipantsUpdate(group, participants.map(jidOf), action)),
    'POST /groups/settings': async (sock, { group, ...wanted }) => {
        const steps = {
            subject: value => sock.groupUpdateSubject(group, value),
            description: value => sock.groupUpdateDescription(group, value),
            announce: value => sock.groupSettingUpdate(group, value ? 'announcement' : 'not_announcement'),
            locked: value => sock.groupSettingUpdate(group, value ? 'locked' : 'unlocked'),
            join_approval: value => sock.groupJoinApprovalMode(group, value ? 'on' : 'off'),
            member_add: value => sock.groupMemberAddMode(group, value),
            expiration: value => sock.groupToggleEphemeral(group, value),
            picture: value => picture(sock, group, Buffer.from(value, 'base64'))
        }
        const named = Object.keys(wanted).filter(name => steps[name])
        for (const name of named) await steps[name](wanted[name])
        return { changed: named.length }
    },
    'POST /groups/leave': async (sock, { group }) => {
        await sock.groupLeave(group)
        return { left: true }
    },
    'POST /groups/invite': async (sock, { group, reset }) => ({
        code: await (reset ? sock.groupRevokeInvite(group) : sock.groupInviteCode(group))
    }),
    'POST /groups/join': async (sock, { code }) => ({ group: await sock.groupAcceptInvite(code) }),
    'GET /groups/invite-info': async (sock, { code }) => groupOf(await sock.groupGetInviteInfo(code)),
    'GET /groups/requests': async (sock, { group }) =>
        (await sock.groupRequestParticipantsList(group)).map(entry => ({ jid: entry.jid, time: Number(entry.request_time ?? 0) })),
    'POST /groups/requests': async (sock, { group, participants, action }) => ({
        participants: (await sock.groupRequestParticipantsUpdate(group, participants.map(jidOf), action)).map(({ jid, status }) => ({ jid, status }))
    })
}
