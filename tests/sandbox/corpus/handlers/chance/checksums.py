import base64
import binascii
import hashlib
import struct
import zlib
from functools import partial


def chunks(text, size=16):
    data = text.encode() * 10
    yield from iter(partial(iter([data[i : i + size] for i in range(0, len(data), size)]).__next__), None)


def handler(event, context):
    digests = {name: hashlib.new(name) for name in ("md5", "sha1", "sha256", "sha3_256", "blake2b")}
    crc = adler = 0
    data = b""
    try:
        for chunk in chunks(event["text"]):
            data += chunk
            crc, adler = zlib.crc32(chunk, crc), zlib.adler32(chunk, adler or 1)
            for digest in digests.values():
                digest.update(chunk)
    except RuntimeError:
        pass
    packed = struct.pack(">IHb4s", crc, len(data), -3, data[:4])
    return {
        **{name: digest.hexdigest()[:12] for name, digest in digests.items()},
        "packed": binascii.hexlify(packed, ":").decode(),
        "unpacked": list(struct.unpack(">IHb", packed[:7])),
        "b85": base64.b85encode(data[:8]).decode(),
        "b32": base64.b32encode(data[:5]).decode(),
        "scrypt": hashlib.scrypt(data[:8], salt=b"salt", n=16, r=1, p=1, dklen=8).hex(),
    }
