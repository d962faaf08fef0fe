"""A bridge that only has an event stream, for measuring the gateway alone: /health, /api/session and /api/events."""
import socketserver
import threading

DATA = ('{{"chat_jid":"15550002222@s.whatsapp.net","id":"3EB0{seq:018X}","sender":"15550002222@s.whatsapp.net",'
        '"sender_name":"Ada","text":"message number {seq:08d}, of a length that people write","timestamp":"2026-01-01T12:00:00Z",'
        '"is_from_me":false}}')


class FakeBridge(socketserver.ThreadingTCPServer):
    allow_reuse_address = True
    daemon_threads = True

    def __init__(self, port):
        super().__init__(("127.0.0.1", port), Handler)
        self.streams, self.lock = [], threading.Lock()
        self.newest = 1_000_000  # all numbers of a run have the same width, so all frames have the same size
        threading.Thread(target=self.serve_forever, daemon=True).start()

    def send_event(self):
        """One event to everybody who follows."""
        with self.lock:
            self.newest += 1
            data = DATA.format(seq=self.newest)
            for stream in self.streams:
                stream.sendall(f"id: {self.newest}\nevent: message\ndata: {data}\n\n".encode())


class Handler(socketserver.StreamRequestHandler):
    def handle(self):
        while True:
            line = self.rfile.readline().decode()
            if not line:
                return
            while self.rfile.readline().strip():
                pass
            path = line.split()[1]
            if path.startswith("/api/events"):
                self.stream_events()
                return
            body = f'{{"status":"ok","state":"online","oldest_cursor":0,"newest_seq":{self.server.newest}}}'
            self.wfile.write(f"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n{body}".encode())

    def stream_events(self):
        self.wfile.write(b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nConnection: close\r\n\r\n")
        with self.server.lock:
            self.server.streams.append(self.connection)
        self.rfile.read()  # until the gateway leaves
        with self.server.lock:
            self.server.streams.remove(self.connection)
