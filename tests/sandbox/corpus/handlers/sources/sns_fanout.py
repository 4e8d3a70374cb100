"""SNS to chat: messages with attributes, alarms as JSON in a text."""

import json
import textwrap
from string import Formatter

TEMPLATE = "{icon} *{AlarmName}* is {NewStateValue}: {NewStateReason}"


class Lenient(Formatter):
    def get_value(self, key, args, kwargs):
        return kwargs.get(key, f"<{key}>")


def render(message):
    try:
        alarm = json.loads(message)
    except ValueError:
        return textwrap.shorten(message, 40, placeholder="...")
    icon = {"ALARM": ":red:", "OK": ":green:"}.get(alarm.get("NewStateValue"), ":grey:")
    return Lenient().format(TEMPLATE, icon=icon, **alarm)


def handler(event, context):
    posts = []
    for sns in (record["Sns"] for record in event["Records"]):
        level = sns.get("MessageAttributes", {}).get("level", {}).get("Value", "info")
        posts.append(
            {"channel": f"#{sns['TopicArn'].rpartition(':')[2]}-{level}", "text": render(sns["Message"])}
        )
    print(json.dumps(posts, indent=2))
    return len(posts)
