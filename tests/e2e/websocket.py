"""A small WebSocket client for tests (text frames, RFC 6455), so that tests need nothing beyond Python."""
import base64
import json
import os
import socket
import struct
import threading
import time


class Closed(Exception):
    def __init__(self, code, reason):
        super().__init__(f"closed {code} {reason}")
        self.code, self.reason = code, reason


class WebSocket:
    def __init__(self, port, path, headers=None, timeout=10):
        self.socket = socket.create_connection(("127.0.0.1", port), timeout)
        key = base64.b64encode(os.urandom(16)).decode()
        lines = [f"GET {path} HTTP/1.1", f"Host: 127.0.0.1:{port}", "Upgrade: websocket", "Connection: Upgrade",
                 f"Sec-WebSocket-Key: {key}", "Sec-WebSocket-Version: 13"]
        lines += [f"{name}: {value}" for name, value in (headers or {}).items()]
        self.socket.sendall(("\r\n".join(lines) + "\r\n\r\n").encode())
        self.buffer = b""
        while b"\r\n\r\n" not in self.buffer:
            self._more()
        head, self.buffer = self.buffer.split(b"\r\n\r\n", 1)
        self.status = int(head.split()[1])
        if self.status != 101:
            raise Closed(self.status, head.decode())

    def _more(self):
        data = self.socket.recv(65536)
        if not data:
            raise Closed(1006, "the connection broke")
        self.buffer += data

    def _take(self, size):
        while len(self.buffer) < size:
            self._more()
        taken, self.buffer = self.buffer[:size], self.buffer[size:]
        return taken

    def send(self, text, opcode=1):
        data = text.encode() if isinstance(text, str) else text
        mask = os.urandom(4)
        size = struct.pack("!B", 0x80 | len(data)) if len(data) < 126 else struct.pack("!BH", 0x80 | 126, len(data))
        self.socket.sendall(bytes([0x80 | opcode]) + size + mask + bytes(b ^ mask[i % 4] for i, b in enumerate(data)))

    def receive(self):
        """The next text message; pings are answered."""
        while True:
            first, second = self._take(2)
            size = second & 0x7F
            if size == 126:
                size = struct.unpack("!H", self._take(2))[0]
            elif size == 127:
                size = struct.unpack("!Q", self._take(8))[0]
            payload = self._take(size)
            opcode = first & 0x0F
            if opcode == 9:
                self.send(payload, 10)
            elif opcode == 8:
                code = struct.unpack("!H", payload[:2])[0] if len(payload) >= 2 else 1005
                self.send(payload[:2], 8)
                self.close()
                raise Closed(code, payload[2:].decode(errors="replace"))
            elif opcode == 1:
                return payload.decode()

    def close(self):
        self.socket.close()


class Follower:
    """Follows /ws/messages in a thread and resumes by sequence whenever the connection breaks."""

    def __init__(self, port, since=0):
        self.port, self.last, self.frames = port, since, []
        self.stopped = False
        self.connects = 0
        threading.Thread(target=self._run, daemon=True).start()

    def _run(self):
        while not self.stopped:
            try:
                connection = WebSocket(self.port, f"/ws/messages?since={self.last}", timeout=60)
                self.connects += 1
                while not self.stopped:
                    frame = json.loads(connection.receive())
                    if frame.get("seq"):
                        self.frames.append(frame)
                        self.last = frame["seq"]
            except (OSError, Closed):
                time.sleep(0.1)

    def stop(self):
        self.stopped = True
