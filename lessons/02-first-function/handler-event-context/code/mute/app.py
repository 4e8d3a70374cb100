"""Says thank you, but to whom?"""


def handler(event, context):
    thanks = "thank you, table " + str(event["table"])
    print(thanks)
