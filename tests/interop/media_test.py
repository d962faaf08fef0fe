"""Files between Baileys, whatsmeow and phones: every kind, every size class, and files that are gone."""
import base64
import hashlib
import os

from harness import World, run, wait_for
from kinds_test import BEN, MIA, Chat, chats, holds

WAVEFORM = bytes((i * 7) % 100 for i in range(64))
THUMBNAIL = bytes.fromhex("ffd8ffdb") + bytes(100)
KINDS = {
    "image": dict(mime_type="image/png", text="a picture", width=640, height=480, thumbnail=THUMBNAIL),
    "video": dict(mime_type="video/mp4", text="a film", width=320, height=240, seconds=9, thumbnail=THUMBNAIL),
    "gif": dict(mime_type="video/mp4", width=320, height=240, seconds=2, thumbnail=THUMBNAIL),
    "audio": dict(mime_type="audio/mp4", seconds=5),
    "voice_note": dict(mime_type="audio/ogg; codecs=opus", seconds=3, waveform=WAVEFORM),
    "document": dict(mime_type="application/pdf", text="the contract", file_name="Contract (1).pdf"),
    "sticker": dict(mime_type="image/webp", width=512, height=512),
}


def digest(data):
    return hashlib.sha256(data).hexdigest()


def shown(fields):
    """How a receiver tells of what was sent."""
    told = {key: value for key, value in fields.items() if key not in ("thumbnail", "waveform")}
    if "waveform" in fields:
        told["waveform"] = base64.b64encode(fields["waveform"]).decode()
    if "thumbnail" in fields:
        told["thumbnail_size"] = len(fields["thumbnail"])
    return told


def check(chat, kind, data, **fields):
    id = chat.send(kind, data=data, **fields)
    got = chat.got(id, kind=kind)
    holds(got, size=len(data), sha256=digest(data), **shown(fields))
    holds(chat.reader.download(id), size=len(data), sha256=digest(data))
    return id


def test_every_kind_of_file_arrives_whole():
    for chat in chats():
        for kind, fields in KINDS.items():
            check(chat, kind, kind.encode() + os.urandom(5000), **fields)
        check(chat, "video_note", b"round" + os.urandom(5000), mime_type="video/mp4")  # Baileys drops all other fields


def test_every_size_arrives_whole():
    for chat in chats():
        for size in (1, 15, 16, 17, 65535, 65536, 1 << 20):
            check(chat, "document", os.urandom(size), mime_type="application/octet-stream", file_name=f"{size}.bin")


def test_a_large_file_is_sent_from_disk():
    chat = chats()[0]
    path = os.path.join(chat.writer.world.folder, "large.bin")
    for writer, reader in ((chat.writer, chat.reader), (chat.reader, chat.writer)):
        with open(path, "wb") as large:
            large.write(os.urandom(1 << 20) * 24)
        id = writer.send_kind(reader.phone, "document", file=path, file_name="large.bin", mime_type="application/zip")
        reader.message(id, kind="document", size=24 << 20)
        taken = os.path.join(reader.folder, "taken.bin")
        reader.download(id, file=taken)
        with open(path, "rb") as sent, open(taken, "rb") as received:
            assert digest(sent.read()) == digest(received.read())


def test_captions_quotes_and_single_views():
    for chat in chats():
        first = chat.answer("text", text="show me")
        chat.writer.message(first)
        id = chat.send("image", data=os.urandom(999), text="here", mime_type="image/jpeg", quote=first, thumbnail=THUMBNAIL)
        holds(chat.got(id, kind="image", text="here")["quote"], id=first, text="show me")
        for kind in ("image", "video", "voice_note"):
            id = chat.send(kind, data=os.urandom(999), view_once=True, **KINDS[kind])
            holds(chat.got(id, kind=kind), view_once=True)
        album = chat.send("album", images=2, videos=0)
        for _ in range(2):
            part = chat.send("image", data=os.urandom(999), mime_type="image/jpeg", parent=album, thumbnail=THUMBNAIL)
            holds(chat.got(part, kind="image")["parent"], id=album)
        forwarded = chat.answer("forward", message=id)
        chat.writer.message(forwarded, forwarded=True)


def test_files_of_phones():
    world = World()
    mia, ben = world.whatsmeow(MIA, "Mia"), world.baileys(BEN, "Ben")
    group = mia.create_group("Trip", [BEN, world.phone])
    ben.wait_event("group_joined")
    for to in (MIA, BEN, group):
        for kind, fields in KINDS.items():
            sent = {key: base64.b64encode(value).decode() if isinstance(value, bytes) else value for key, value in fields.items()}
            sent = {{"mime_type": "mime", "text": "caption"}.get(key, key): value for key, value in sent.items()}
            data = os.urandom(4000)
            body = {"to": to, "content": {"kind": kind, "data": base64.b64encode(data).decode(), **sent}}
            id = world.sim.post(f"/accounts/{world.phone}/send", body)["id"]
            for peer in {MIA: [mia], BEN: [ben], group: [mia, ben]}[to]:
                holds(peer.message(id, kind=kind), sha256=digest(data), **shown(fields))
                holds(peer.download(id), size=4000, sha256=digest(data))
    for peer in (mia, ben):
        data = os.urandom(4000)
        for to in (world.phone, group):
            id = peer.send_kind(to, "image", data=data, **KINDS["image"])
            wait_for("the picture at the phone", lambda: any(
                m["id"] == id for m in world.sim.get(f"/accounts/{world.phone}/messages")))
            holds(world.sim.post(f"/accounts/{world.phone}/download", {"id": id}), size=4000, sha256=digest(data))


def test_a_file_that_is_gone_is_put_up_again():
    world = World()
    mia, ben = world.whatsmeow(MIA, "Mia"), world.baileys(BEN, "Ben")
    for peer in (mia, ben):
        for status in (404, 410):
            data = os.urandom(3000)
            content = {"kind": "image", "data": base64.b64encode(data).decode(), "mime": "image/jpeg"}
            id = world.sim.post(f"/accounts/{world.phone}/send", {"to": peer.phone, "content": content})["id"]
            peer.message(id, kind="image")
            world.sim.post("/media/expire", {"status": status})
            refused, _, _ = peer.api.call("POST", "/download", {"id": id})
            assert refused == 500, refused
            holds(peer.download(id, retry=True), size=3000, sha256=digest(data))


if __name__ == "__main__":
    run([value for name, value in sorted(globals().items()) if name.startswith("test_")])
