"""Secrets, password hashes and signed, expiring tokens."""

import base64
import hashlib
import hmac
import json
import os
import secrets
import string
import time

KEY = os.environ["SIGNING_KEY"].encode()


def b64(data):
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def unb64(text):
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


def sign(claims, seconds):
    header = b64(json.dumps({"alg": "HS256", "typ": "JWT"}).encode())
    body = b64(
        json.dumps({**claims, "exp": int(time.time()) + seconds, "jti": secrets.token_hex(4)}).encode()
    )
    signature = hmac.new(KEY, f"{header}.{body}".encode(), hashlib.sha256).digest()
    return f"{header}.{body}.{b64(signature)}"


def verify(token):
    head, _, signature = token.rpartition(".")
    expected = hmac.new(KEY, head.encode(), hashlib.sha256).digest()
    if not hmac.compare_digest(unb64(signature), expected):
        raise PermissionError("bad signature")
    claims = json.loads(unb64(head.split(".")[1]))
    if claims["exp"] < time.time():
        raise PermissionError("expired")
    return claims["sub"]


def hash_password(password, salt=None):
    salt = salt or os.urandom(8)
    return salt.hex() + "$" + hashlib.pbkdf2_hmac("sha256", password.encode(), salt, 100).hex()[:16]


issued = []


def handler(event, context):
    if "login" in event:
        issued.append(sign({"sub": event["login"]}, event.get("seconds", 60)))
        alphabet = string.ascii_letters + string.digits
        password = "".join(secrets.choice(alphabet) for _ in range(12))
        stored = hash_password(password)
        assert hash_password(password, bytes.fromhex(stored.split("$")[0])) == stored
        return {"token": issued[-1], "password": password, "stored": stored}
    token = issued[-1]
    if event.get("forge"):
        token = token[:-4] + ("AAAA" if token[-4:] != "AAAA" else "BBBB")
    return verify(token)
