"""Files between our bridge, Baileys, whatsmeow and phones: every kind, every size class, files that are gone, hosts that
fail."""
import base64
import hashlib
import os
import subprocess
import urllib.parse

from harness import Skipped, World, run, wait_for
from ours import Ours

MIA, BEN = "15550004444", "15550005555"


def digest(data):
    return hashlib.sha256(data).hexdigest()


class Files:
    """Real files, made by FFmpeg's program, in a folder that the bridge may send from."""
    RECIPES = {
        "picture.jpg": "-f lavfi -i testsrc=size=640x480 -frames:v 1",
        "picture.png": "-f lavfi -i testsrc=size=320x200 -frames:v 1",
        "film.mp4": "-f lavfi -i testsrc=size=320x240:rate=10 -f lavfi -i sine=440 -t 2 -c:v mpeg4 -c:a aac",
        "tone.m4a": "-f lavfi -i sine=440 -t 3 -c:a aac",
        "tone.wav": "-f lavfi -i sine=440:sample_rate=44100 -t 3",
    }

    def __init__(self, folder):
        self.folder = folder
        os.makedirs(folder, exist_ok=True)
        for name, recipe in self.RECIPES.items():
            subprocess.run(["ffmpeg", "-v", "error", "-y", *recipe.split(), self.path(name)], check=True)

    def path(self, name):
        return os.path.join(self.folder, name)

    def bytes(self, name):
        with open(self.path(name), "rb") as file:
            return file.read()

    def write(self, name, data):
        with open(self.path(name), "wb") as file:
            file.write(data)
        return self.path(name)


_world = None


def world():
    """One for all tests: our bridge with what it may send, and the peers that can be had."""
    global _world
    if _world:
        return _world
    _world = World()
    files = os.path.join(_world.folder, "files")
    os.makedirs(files)
    _world.bridge_process.arguments += ["--send-dir", files]
    _world.link()
    _world.files = Files(files)
    _world.ours = Ours.first(_world)
    _world.ours.lid()
    _world.peers = [_world.baileys(BEN, "Ben")]
    try:
        _world.peers.append(_world.whatsmeow(MIA, "Mia"))
    except Skipped as reason:
        print(f"     without whatsmeow: {reason}", flush=True)
    return _world


def send(kind, peer, name, **more):
    """From our bridge, by path; what the peer has then, with the digest of what it downloads."""
    w = world()
    id = w.ours.send_kind(peer.phone, kind, media={"path": w.files.path(name)}, **more)
    got = peer.message(id)
    return id, got, peer.download(id)


def fetched(id):
    """The bytes our API hands out for a message, and the headers."""
    status, body, headers = world().bridge.call("GET", f"/api/messages/{id}/media", timeout=120)
    assert status == 200, (status, body[:300])
    return body, headers


def test_files_of_ours_arrive_whole():
    w = world()
    for peer in w.peers:
        for kind, name, told in (
            ("image", "picture.jpg", {"mime_type": "image/jpeg", "width": 640, "height": 480, "text": "look"}),
            ("image", "picture.png", {"mime_type": "image/png", "width": 320, "height": 200, "text": "look"}),
            ("video", "film.mp4", {"mime_type": "video/mp4", "width": 320, "height": 240, "seconds": 2, "text": "look"}),
            ("gif", "film.mp4", {"mime_type": "video/mp4", "seconds": 2}),
            ("audio", "tone.m4a", {"mime_type": "audio/mp4", "seconds": 3}),
            ("document", "film.mp4", {"mime_type": "video/mp4", "file_name": "film.mp4"}),
        ):
            more = {"caption": told["text"]} if "text" in told else {}
            _, got, taken = send(kind, peer, name, **more)
            assert got["kind"] == kind, got
            assert {key: got.get(key) for key in told} == told, (kind, got)
            data = w.files.bytes(name)
            assert (taken["size"], taken["sha256"]) == (len(data), digest(data)), (kind, taken)
            if kind in ("image", "video", "gif"):
                assert got["thumbnail_size"] > 100, (kind, got)


def test_voice_notes_are_made_as_a_phone_makes_them():
    for peer in world().peers:
        for name in ("tone.wav", "tone.m4a", "film.mp4"):
            _, got, taken = send("voice", peer, name)
            assert got["kind"] == "voice_note" and got["mime_type"] == "audio/ogg; codecs=opus", got
            assert got["seconds"] in ((2, 3) if name == "film.mp4" else (3,)), got
            assert len(base64.b64decode(got["waveform"])) == 64, got
            assert taken["size"] > 1000


def test_stickers_are_made_square():
    for peer in world().peers:
        _, got, taken = send("sticker", peer, "picture.png")
        assert (got["kind"], got["mime_type"], got["width"], got["height"]) == ("sticker", "image/webp", 512, 512), got
        assert 100 < taken["size"] <= 100_000


def test_every_size_arrives_whole_both_ways():
    w = world()
    for peer in w.peers:
        for size in (1, 16, 65536, 1 << 20):
            data = os.urandom(size)
            name = f"{size}.bin"
            w.files.write(name, data)
            _, _, taken = send("document", peer, name)
            assert (taken["size"], taken["sha256"]) == (size, digest(data))
            id = peer.send_kind(w.phone, "document", data=data, file_name=name, mime_type="application/octet-stream")
            w.ours.message(id)
            body, headers = fetched(id)
            assert digest(body) == digest(data), (size, len(body))
            assert name in headers["Content-Disposition"], headers


def test_a_hundred_mebibytes_both_ways():
    w = world()
    peer = w.peers[-1]
    piece = os.urandom(1 << 20)
    path = w.files.path("large.bin")
    with open(path, "wb") as large:
        for i in range(100):
            large.write(i.to_bytes(4, "big") + piece[4:])
    with open(path, "rb") as large:
        whole = hashlib.file_digest(large, "sha256").hexdigest() if hasattr(hashlib, "file_digest") else digest(large.read())
    id = w.ours.send_kind(peer.phone, "document", media={"path": path})
    wait_for("the large file at the peer", lambda: peer.message(id), 120)
    taken = peer.download(id, file=os.path.join(peer.folder, "large.bin"))
    assert (taken["size"], taken["sha256"]) == (100 << 20, whole), taken
    back = peer.send_kind(w.phone, "document", file=path, file_name="large.bin", mime_type="application/zip")
    w.ours.message(back)
    body, _ = fetched(back)
    assert (len(body), digest(body)) == (100 << 20, whole)


def test_files_of_others_are_described_and_handed_out():
    w = world()
    kinds = {
        "image": dict(mime_type="image/jpeg", text="a picture", width=640, height=480),
        "video": dict(mime_type="video/mp4", text="a film", width=320, height=240, seconds=9),
        "gif": dict(mime_type="video/mp4", width=320, height=240, seconds=2),
        "audio": dict(mime_type="audio/mp4", seconds=5),
        "voice_note": dict(mime_type="audio/ogg; codecs=opus", seconds=3, waveform=bytes(range(64))),
        "document": dict(mime_type="application/pdf", text="the contract", file_name="Contract (1).pdf"),
        "sticker": dict(mime_type="image/webp", width=512, height=512),
    }
    for peer in w.peers:
        for kind, fields in kinds.items():
            data = kind.encode() + os.urandom(5000)
            id = peer.send_kind(w.phone, kind, data=data, **fields)
            media = w.ours.message(id)["media"]
            assert media["mime_type"] == fields["mime_type"] and media["size"] == len(data), (kind, media)
            for ours, theirs in (("width", "width"), ("height", "height"), ("seconds", "seconds"), ("caption", "text"),
                                 ("file_name", "file_name")):
                if theirs in fields:
                    assert media.get(ours) == fields[theirs], (kind, ours, media)
            body, headers = fetched(id)
            assert digest(body) == digest(data), kind
            assert headers["Content-Type"].split(";")[0] == fields["mime_type"].split(";")[0], headers
            assert w.ours.message(id)["media"]["state"] == "downloaded"


def test_ranges_of_a_file():
    w = world()
    data = os.urandom(100_000)
    id = w.peers[0].send_kind(w.phone, "document", data=data, file_name="part.bin", mime_type="application/octet-stream")
    w.ours.message(id)
    for header, status, part in (
        ("bytes=0-9", 206, data[:10]),
        ("bytes=99990-", 206, data[99990:]),
        ("bytes=-5", 206, data[-5:]),
        ("bytes=200000-", 416, None),
    ):
        got, body, _ = w.bridge.call("GET", f"/api/messages/{id}/media", headers={"Range": header})
        assert got == status and (part is None or body == part), (header, got)


def test_a_file_that_is_gone_is_asked_for_at_the_phone():
    w = world()
    for peer in w.peers:
        for status in (404, 410):
            data = os.urandom(3000)
            id = peer.send_kind(w.phone, "image", data=data, mime_type="image/jpeg")
            w.ours.message(id)
            w.sim.post("/media/expire", {"status": status})
            body, _ = fetched(id)
            assert digest(body) == digest(data)


def test_uploads_and_downloads_outlast_failing_hosts():
    w = world()
    peer = w.peers[0]
    w.sim.post("/media/faults", {"uploads": {"fail": 1, "status": 503}, "downloads": {"cuts": 1, "cut_after": 20_000}})
    try:
        data = os.urandom(60_000)
        w.files.write("faulty.bin", data)
        id = w.ours.send_kind(peer.phone, "document", media={"path": w.files.path("faulty.bin")})
        peer.message(id)
        back = peer.send_kind(w.phone, "document", data=data, file_name="x.bin", mime_type="application/zip")
        w.ours.message(back)
        body, _ = fetched(back)
        assert digest(body) == digest(data)
    finally:
        w.sim.post("/media/faults/reset")
    assert peer.download(id)["sha256"] == digest(data)


def test_an_upload_is_sent_and_a_message_s_file_is_sent_again():
    w = world()
    peer = w.peers[0]
    data = w.files.bytes("picture.jpg")
    name = urllib.parse.quote("my picture.jpg")
    upload = w.bridge.post(f"/api/uploads?name={name}", data, headers={"Content-Type": "application/octet-stream"}, expect=201)
    id = w.ours.send_kind(peer.phone, "image", media={"upload": upload["upload"]}, caption="uploaded")
    assert peer.message(id)["text"] == "uploaded"
    assert peer.download(id)["sha256"] == digest(data)
    uploads = w.sim.get("/media")
    again = w.ours.send_kind(peer.phone, "image", media={"message_id": id, "chat_jid": f"{peer.phone}@s.whatsapp.net"})
    peer.message(again)
    assert peer.download(again)["sha256"] == digest(data)
    assert len(w.sim.get("/media")) == len(uploads), "it was uploaded a second time"
    body, _ = fetched(again)
    assert digest(body) == digest(data)


def test_what_may_not_be_sent_is_refused():
    w = world()
    to = w.peers[0].phone
    for body, status in (
        ({"type": "image", "media": {"path": "/etc/passwd"}}, 403),
        ({"type": "image", "media": {"path": w.files.folder + "/../store/whatsapp.db"}}, 403),
        ({"type": "image", "media": {"path": w.files.path("none.jpg")}}, 404),
        ({"type": "image", "media": {"path": w.files.path("tone.wav")}}, 400),
        ({"type": "video", "media": {"path": w.files.path("picture.jpg")}}, 400),
        ({"type": "image", "media": {"url": "http://127.0.0.1:1/x.jpg"}}, 403),
        ({"type": "image", "media": {"upload": "0123"}}, 404),
    ):
        got, answer, _ = w.bridge.call("POST", "/api/messages", {"to": to, **body})
        assert got == status and "detail" in answer, (body, got, answer)
    assert not os.listdir(os.path.join(w.data, "outgoing")), "bodies of sends that ended stay"


def test_a_file_waits_through_crashes_and_keeps_its_place():
    w = world()
    peer = w.peers[0]
    data = os.urandom(300_000)
    w.files.write("patient.bin", data)
    w.sim.post("/media/faults", {"uploads": {"fail": 1000, "status": 503}})
    try:
        id = w.ours.send_kind(peer.phone, "document", media={"path": w.files.path("patient.bin")})
        after = w.ours.send(peer.phone, "after the file")
        for _ in range(2):
            w.bridge_process.kill()
            w.start_bridge()
    finally:
        w.sim.post("/media/faults/reset")
    peer.message(id)
    peer.message(after)
    ids = [m["id"] for m in peer.messages() if m["id"] in (id, after)]
    assert ids == [id, after], "the order of the chat was not kept"
    assert peer.download(id)["sha256"] == digest(data)
    wait_for("the body to be removed", lambda: not os.listdir(os.path.join(w.data, "outgoing")))


if __name__ == "__main__":
    run([value for name, value in sorted(globals().items()) if name.startswith("test_")])
