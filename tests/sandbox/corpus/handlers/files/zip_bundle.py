import io
import json
import os
import zipfile


def bundle(files, when=(2026, 1, 1, 0, 0, 0)):
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(zipfile.ZipInfo(name, when), json.dumps(content), zipfile.ZIP_DEFLATED)
        archive.comment = b"made by a function"
    return buffer.getvalue()


def unpack(data, folder):
    os.makedirs(folder, exist_ok=True)
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        assert archive.testzip() is None
        archive.extractall(folder)
        return {info.filename: info.file_size for info in archive.infolist()}


def handler(event, context):
    data = bundle(event["files"])
    sizes = unpack(data, "/tmp/out")
    path = "/tmp/kept.zip"
    with zipfile.ZipFile(path, "a") as kept:
        for name in sizes:
            if name not in kept.namelist():
                kept.write(os.path.join("/tmp/out", name), name)
        names = kept.namelist()
    tree = sorted(
        os.path.relpath(os.path.join(b, f), "/tmp/out") for b, _, fs in os.walk("/tmp/out") for f in fs
    )
    return {
        "sizes": sizes,
        "kept": names,
        "tree": tree,
        "comment": zipfile.ZipFile(io.BytesIO(data)).comment.decode(),
    }
