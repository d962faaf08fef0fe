// Starts the simulator and Baileys companions as processes and talks to their control APIs.
import { spawn } from 'node:child_process'
import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const here = dirname(fileURLToPath(import.meta.url))

export const sleep = milliseconds => new Promise(resolve => setTimeout(resolve, milliseconds))

/// Asks until `check` gives something true, or fails with what it was waiting for.
export async function until(what, check, seconds = 30) {
    const end = Date.now() + seconds * 1000
    let last
    while (Date.now() < end) {
        try {
            const value = await check()
            if (value) return value
        } catch (error) {
            last = error
        }
        await sleep(50)
    }
    throw new Error(`waited ${seconds} s for ${what}${last ? `: ${last.message}` : ''}`)
}

/// A small JSON client: `api.get('/x')`, `api.post('/x', {...})`; other statuses than 200 throw with `status`.
export function client(base) {
    const call = async (method, path, body) => {
        const options = { method, signal: AbortSignal.timeout(40_000) }
        if (body !== undefined) options.body = JSON.stringify(body)
        const response = await fetch(base + path, options)
        const text = await response.text()
        if (!response.ok) throw Object.assign(new Error(`${method} ${path}: ${response.status} ${text}`), { status: response.status })
        return JSON.parse(text)
    }
    return { base, get: path => call('GET', path), post: (path, body = {}) => call('POST', path, body) }
}

/// Runs a program until the line that `ready` matches; gives back the match and the process.
function start(program, args, ready, environment = {}) {
    return new Promise((resolve, reject) => {
        const child = spawn(program, args, { stdio: ['ignore', 'pipe', 'inherit'], env: { ...process.env, ...environment } })
        let output = ''
        child.stdout.on('data', data => {
            output += data
            const match = ready.exec(output)
            if (match) resolve({ child, match })
        })
        child.on('error', reject)
        child.on('exit', code => reject(new Error(`${program} ended with ${code}: ${output}`)))
    })
}

const stop = child =>
    new Promise(resolve => {
        if (child.exitCode !== null || child.signalCode !== null) return resolve()
        child.once('exit', resolve)
        child.kill('SIGTERM')
        setTimeout(() => child.kill('SIGKILL'), 5000).unref()
    })

export async function startSimulator(program, extra = []) {
    const args = ['--control', '127.0.0.1:0', ...extra]
    const { child, match } = await start(program, args, /control\s+(http:\S+)[\s\S]*CA file\s+\S+\n/)
    const api = client(match[1])
    return { api, info: await api.get('/info'), stop: () => stop(child), child }
}

export async function startPeer(simulator, folder = mkdtempSync(join(tmpdir(), 'baileys-peer-'))) {
    const args = [join(here, 'peer.mjs'), '--auth-dir', folder, '--url', simulator.info.whatsapp_url, '--ca', simulator.info.ca_file]
    const { child, match } = await start(process.execPath, args, /listening on (http:\S+)\n/, {
        NODE_EXTRA_CA_CERTS: simulator.info.ca_file
    })
    const api = client(match[1])
    const peer = { api, folder, stop: () => stop(child), child }
    peer.open = () => until('an open connection', async () => (await api.get('/state')).connection === 'open')
    return peer
}

/// Links by QR: the account's phone scans what the companion shows.
export async function linkByQr(simulator, peer, phone) {
    await peer.api.post('/start', { method: 'qr' })
    const qr = await until('a QR code', async () => (await peer.api.get('/state')).qr)
    const { device } = await simulator.api.post(`/accounts/${phone}/scan`, { qr })
    await peer.open()
    return device
}

export async function linkByCode(simulator, peer, phone) {
    await peer.api.post('/start', { method: 'code', phone })
    const code = await until('a pairing code', async () => (await peer.api.get('/state')).pairing_code)
    const enter = () => simulator.api.post(`/accounts/${phone}/enter-code`, { code })
    // The code is shown as soon as it is made, which may be before the request for it has arrived.
    const { device } = await until('the code to be accepted', enter)
    await peer.open()
    return device
}

/// TAP: `await test('sentence', async () => {...})`, then `finish()` gives the exit code.
export function tap() {
    let number = 0
    let failed = 0
    const test = async (name, body) => {
        number += 1
        const begun = Date.now()
        try {
            await body()
            console.log(`ok ${number} - ${name} # ${Date.now() - begun} ms`)
        } catch (error) {
            failed += 1
            console.log(`not ok ${number} - ${name}\n  ---\n  ${String(error?.stack ?? error).replaceAll('\n', '\n  ')}\n  ...`)
        }
    }
    const finish = () => {
        console.log(`1..${number}`)
        return failed === 0 ? 0 : 1
    }
    return { test, finish }
}
