"""A container in Azurite, by the one signed request that making it takes."""

import base64
import hashlib
import hmac
import urllib.request
from datetime import UTC, datetime


def container(port: int, name: str, key: str, account: str = "devstoreaccount1") -> None:
    """Makes a container. obstore knows none but those that are there."""
    date = datetime.now(UTC).strftime("%a, %d %b %Y %H:%M:%S GMT")
    headers = {"x-ms-date": date, "x-ms-version": "2021-12-02"}
    canonical = "".join(f"{k}:{v}\n" for k, v in sorted(headers.items()))
    signed = "PUT\n\n\n\n\n\n\n\n\n\n\n\n" + canonical + f"/{account}/{account}/{name}\nrestype:container"
    signature = base64.b64encode(hmac.new(base64.b64decode(key), signed.encode(), hashlib.sha256).digest()).decode()
    headers["Authorization"] = f"SharedKey {account}:{signature}"
    headers["Content-Length"] = "0"
    place = f"http://127.0.0.1:{port}/{account}/{name}?restype=container"
    urllib.request.urlopen(urllib.request.Request(place, method="PUT", headers=headers), timeout=10)
