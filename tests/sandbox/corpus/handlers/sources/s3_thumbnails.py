from pathlib import PurePosixPath
from urllib.parse import parse_qs, unquote_plus, urlencode, urlsplit

SIZES = {"small": 64, "large": 512}


def targets(key):
    path = PurePosixPath(key)
    if path.suffix.lower() not in {".jpg", ".png"} or path.parts[0] == "thumbs":
        return {}
    return {
        name: str(PurePosixPath("thumbs", name, *path.parts[1:-1], f"{path.stem}-{px}{path.suffix}"))
        for name, px in SIZES.items()
    }


def handler(event, context):
    plan = {}
    for record in event["Records"]:
        if not record["eventName"].startswith("ObjectCreated:"):
            print("ignored", record["eventName"])
            continue
        key = unquote_plus(record["s3"]["object"]["key"])
        if plans := targets(key):
            url = "https://img.example.com/?" + urlencode(
                {"k": key, "v": record["s3"]["object"].get("eTag", "")}
            )
            plan[key] = {**plans, "query": parse_qs(urlsplit(url).query)}
    return plan
