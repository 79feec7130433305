"""Raw files that hold many pages, written by hand: feeds, WARC archives, MHTML."""

import gzip
import io
import json
from collections.abc import Callable, Sequence
from email.message import EmailMessage
from pathlib import Path

import made
from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter


def line(n: int, **more: object) -> str:
    """A line of a feed as Scrapy writes one."""
    item = {
        "url": f"https://www.yunling.example/{n}.html",
        "body": made.html(n),
        "headers": {"Content-Type": ["text/html; charset=utf-8"]},
        "fetched_at": "2024-03-01T08:00:00+08:00",
    }
    return json.dumps(item | more, ensure_ascii=False)


def feed(path: Path, lines: Sequence[str]) -> Path:
    """A feed, compressed if its name says so."""
    data = "".join(f"{text}\n" for text in lines).encode()
    path.write_bytes(gzip.compress(data, 1) if path.suffix == ".gz" else data)
    return path


def warc(path: Path, count: int, compressed: bool = True, page: Callable[[int], str] = made.html) -> list[int]:
    """An archive with `count` pages in all codings, and records that are none; gives where each record begins."""
    begins = []
    with path.open("wb") as out:
        writer = WARCWriter(out, gzip=compressed)

        def write(url: str, body: bytes, status: str = "200 OK", **headers: str) -> None:
            begins.append(out.tell())
            lines = [(name.replace("_", "-"), value) for name, value in headers.items()]
            http = StatusAndHeaders(status, lines, protocol="HTTP/1.1")
            writer.write_record(writer.create_warc_record(url, "response", payload=io.BytesIO(body), http_headers=http))

        begins.append(0)
        writer.write_record(writer.create_warcinfo_record(path.name, {"software": "by hand"}))
        for n in range(count):
            body = page(n).encode()
            html = {"Content_Type": "text/html; charset=utf-8"}
            if n % 3 == 1:
                body, html = gzip.compress(body), html | {"Content_Encoding": "gzip"}
            if n % 3 == 2:
                body, html = chunked(body), html | {"Transfer_Encoding": "chunked"}
            write(f"https://www.yunling.example/{n}.html", body, **html)
        write("https://www.yunling.example/logo.png", b"\x89PNG", Content_Type="image/png")
        write("https://www.yunling.example/gone.html", b"<p>404</p>", "404 Not Found", Content_Type="text/html")
    return begins


def chunked(body: bytes) -> bytes:
    """A body in HTTP's chunked coding."""
    parts = (body[k : k + 700] for k in range(0, len(body), 700))
    return b"".join(b"%x\r\n%s\r\n" % (len(part), part) for part in parts) + b"0\r\n\r\n"


def mhtml(path: Path, n: int) -> bytes:
    """A page saved with an image."""
    message = EmailMessage()
    message["Snapshot-Content-Location"] = f"https://www.yunling.example/{n}.html"
    message["Date"] = "Fri, 1 Mar 2024 08:00:00 +0800"
    message.set_content(made.html(n), subtype="html", cte="quoted-printable")
    message.add_related(b"\x89PNG" * 20, "image", "png")
    data = message.as_bytes()
    path.write_bytes(data)
    return data
