"""Loading and calling handlers, and the payloads of what goes wrong: facts 3.2, 3.3, 3.4, 5.3, 5.6."""

from __future__ import annotations

import json
import sys

import pytest

from tests.sandbox.runtime.conftest import ARN, REQUEST, Lab, texts, value


def error(outbound):
    assert outbound.kind == "error", outbound
    payload = json.loads(outbound.payload)
    assert list(payload) == ["errorMessage", "errorType", "requestId", "stackTrace"]
    assert payload["errorType"] == outbound.error_type
    return payload


def test_an_exception_in_the_handler_has_the_payload_of_facts_5_3(lab: Lab):
    ended = lab.call('def handler(event, context):\n    raise Exception("Handler fails")\n')
    assert error(ended) == {
        "errorMessage": "Handler fails",
        "errorType": "Exception",
        "requestId": REQUEST,
        "stackTrace": [
            '  File "/var/task/app.py", line 2, in handler\n    raise Exception("Handler fails")\n'
        ],
    }


def test_the_error_block_is_one_event_indented_with_no_break_spaces_as_facts_5_6_says(lab: Lab):
    ended = lab.call('def handler(event, context):\n    raise ValueError("no")\n')
    assert texts(ended) == [
        "[ERROR] ValueError: no\nTraceback (most recent call last):\n"
        '\u00a0\u00a0File "/var/task/app.py", line 2, in handler\n'
        '\u00a0\u00a0\u00a0\u00a0raise ValueError("no")'
    ]


def test_an_error_leaves_the_environment_warm(lab: Lab):
    lab.deploy(
        """
        count = 0
        def handler(event, context):
            global count
            count += 1
            if event: raise KeyError("x")
            return count
        """
    )
    lab.init()
    assert error(lab.invoke(1))["errorMessage"] == "'x'"
    assert value(lab.invoke(None)) == 2


def test_a_stack_trace_goes_through_helpers_and_leaves_our_own_frames_out(lab: Lab):
    ended = lab.call(
        """
        import time
        from lib.util import work
        def handler(event, context):
            work()
        """,
        files={"lib__util": "import time\ndef work():\n    time.sleep(-1)\n"},
    )
    trace = error(ended)["stackTrace"]
    assert trace[0].startswith('  File "/var/task/app.py", line 5, in handler\n')
    assert trace[1].startswith('  File "/var/task/lib/util.py", line 3, in work\n')
    assert len(trace) == 2


def test_an_exception_while_loading_has_an_empty_request_id_as_facts_5_3_says(lab: Lab):
    lab.deploy("import json\njson.loads('x')\ndef handler(e, c): pass\n")
    payload = error(lab.init())
    assert payload["requestId"] == ""
    assert payload["errorType"] == "JSONDecodeError"
    version = f"{sys.version_info[0]}.{sys.version_info[1]}"
    assert payload["stackTrace"][0].startswith(
        f'  File "/var/lang/lib/python{version}/importlib/__init__.py"'
    )
    assert any('"/var/task/app.py", line 2, in <module>' in frame for frame in payload["stackTrace"])
    assert not any("sandbox" in frame for frame in payload["stackTrace"])


def test_an_error_while_loading_warns_first_as_the_runtime_interface_client_does(lab: Lab):
    lab.deploy("1 / 0\n")
    lines = texts(lab.init())
    assert lines[0].startswith("[WARNING]\t2026-11-23T09:00:00.000Z\t\tLAMBDA_WARNING: Unhandled exception.")
    assert lines[1].startswith("[ERROR] ZeroDivisionError: division by zero\nTraceback")


CASES = {
    "a module that is missing": (
        "import requests_that_is_not_there\n",
        "app.handler",
        "Runtime.ImportModuleError",
        "Unable to import module 'app': No module named 'requests_that_is_not_there'",
    ),
    "a file that is missing": (
        "",
        "other.handler",
        "Runtime.ImportModuleError",
        "Unable to import module 'other': No module named 'other'",
    ),
    "a function that is missing": (
        "def handle(e, c): pass\n",
        "app.foo",
        "Runtime.HandlerNotFound",
        "Handler 'foo' missing on module 'app'",
    ),
    "a handler without a dot": (
        "",
        "handler",
        "Runtime.MalformedHandlerName",
        "Bad handler 'handler': not enough values to unpack (expected 2, got 1)",
    ),
    "a built-in module": (
        "",
        "sys.handler",
        "Runtime.BuiltInModuleConflict",
        "Cannot use built-in module sys as a handler module",
    ),
}


@pytest.mark.parametrize("case", CASES)
def test_code_that_cannot_be_loaded_says_so_in_the_words_of_facts_5_3(lab: Lab, case):
    source, handler, kind, message = CASES[case]
    lab.deploy(source, handler=handler)
    assert error(lab.init()) == {
        "errorMessage": message,
        "errorType": kind,
        "requestId": "",
        "stackTrace": [],
    }


def test_a_syntax_error_shows_the_line_as_facts_5_3_says(lab: Lab):
    lab.deploy("def handler(event, context):\n    return {\n")
    payload = error(lab.init())
    assert payload["errorType"] == "Runtime.UserCodeSyntaxError"
    assert payload["errorMessage"] == "Syntax error in module 'app': '{' was never closed (app.py, line 2)"
    assert payload["stackTrace"] == ['  File "/var/task/app.py" Line 2\n        return {\n']


def test_a_syntax_error_that_only_the_compiler_sees_shows_its_line_too(lab: Lab):
    lab.deploy("x = 1\nreturn x\n")
    payload = error(lab.init())
    assert (
        payload["errorMessage"] == "Syntax error in module 'app': 'return' outside function (app.py, line 2)"
    )
    assert payload["stackTrace"] == ['  File "/var/task/app.py" Line 2\n    return x\n']


def test_a_result_that_is_not_json_is_a_marshal_error(lab: Lab):
    payload = error(lab.call("def handler(e, c):\n    return {1, 2}\n"))
    assert payload["errorType"] == "Runtime.MarshalError"
    assert (
        payload["errorMessage"] == "Unable to marshal response: Object of type set is not JSON serializable"
    )
    assert payload["stackTrace"] == []


def test_an_event_that_is_not_json_is_an_unmarshal_error(lab: Lab):
    payload = error(lab.call("def handler(e, c):\n    return 1\n", b"{nonsense"))
    assert payload["errorType"] == "Runtime.UnmarshalError"
    assert payload["errorMessage"].startswith("Unable to unmarshal input: ")


def test_results_are_written_as_aws_writes_them(lab: Lab):
    source = """
        from decimal import Decimal
        def handler(event, context):
            return {"a": Decimal("1.10"), "b": "ä", "c": None}
    """
    assert lab.call(source).payload == '{"a": 1.10, "b": "ä", "c": null}'.encode()
    assert lab.call("def handler(e, c): pass\n").payload == b"null"


@pytest.mark.parametrize("handler", ["lib/util.work", "lib.util.work"])
def test_a_handler_in_a_package_is_found_with_dots_and_slashes_as_facts_3_2_says(lab: Lab, handler):
    files = {"lib__util": "def work(event, context): return __file__\n"}
    assert value(lab.call("", handler=handler, files=files)) == "/var/task/lib/util.py"


def test_the_context_object_is_that_of_facts_3_3(lab: Lab):
    ended = lab.call(
        """
        def handler(event, context):
            return {
                "name": context.function_name, "version": context.function_version,
                "arn": context.invoked_function_arn, "memory": context.memory_limit_in_mb,
                "id": context.aws_request_id, "group": context.log_group_name,
                "stream": context.log_stream_name, "left": context.get_remaining_time_in_millis(),
                "identity": context.identity.cognito_identity_id, "client": context.client_context,
                "tenant": context.tenant_id,
            }
        """
    )
    assert value(ended) == {
        "name": "hello",
        "version": "$LATEST",
        "arn": ARN,
        "memory": "128",
        "id": REQUEST,
        "group": "/aws/lambda/hello",
        "stream": "2026/11/23/[$LATEST]0123456789abcdef",
        "left": 2999,
        "identity": None,
        "client": None,
        "tenant": None,
    }


def test_the_client_context_is_an_object(lab: Lab):
    lab.deploy("def handler(e, c): return [c.client_context.custom, c.client_context.client.app_title]\n")
    lab.init()
    context = b'{"custom": {"k": "v"}, "client": {"app_title": "shop"}}'
    assert value(lab.invoke(client_context=context)) == [{"k": "v"}, "shop"]


def test_the_reserved_variables_of_facts_3_4_are_there_and_win_over_the_functions_own(lab: Lab):
    ended = lab.call(
        "import os\ndef handler(e, c): return dict(os.environ)\n",
        environ=(("TABLE", "letters"), ("AWS_REGION", "mars-1")),
    )
    environ = value(ended)
    assert environ["TABLE"] == "letters"
    assert environ["AWS_REGION"] == environ["AWS_DEFAULT_REGION"] == "us-east-1"
    assert environ["_HANDLER"] == "app.handler"
    assert environ["AWS_LAMBDA_FUNCTION_NAME"] == "hello"
    assert environ["AWS_LAMBDA_FUNCTION_MEMORY_SIZE"] == "128"
    assert environ["AWS_LAMBDA_INITIALIZATION_TYPE"] == "on-demand"
    assert environ["LAMBDA_TASK_ROOT"] == environ["PWD"] == "/var/task"
    assert environ["AWS_ACCESS_KEY_ID"].startswith("ASIA")
    assert environ["_X_AMZN_TRACE_ID"].startswith("Root=1-")
    assert not any(sys.prefix in text or "home" in text.lower() for text in environ.values())


def test_leaving_the_process_is_an_exit_with_its_status(lab: Lab):
    def leave(statement: str):
        return lab.call(f"import sys, os, atexit\ndef handler(e, c):\n    print('bye')\n    {statement}\n")

    assert [leave("sys.exit(0)").status, leave("sys.exit()").status, leave("os._exit(0)").status] == [
        "",
        "",
        "",
    ]
    assert leave("sys.exit(3)").status == leave("os._exit(3)").status == "exit status 3"
    told = leave("sys.exit('words')")
    assert (told.kind, told.status, texts(told)) == ("exit", "exit status 1", ["bye", "words"])
    stopped = leave("raise KeyboardInterrupt")
    assert stopped.status == "exit status 1"
    assert texts(stopped)[-1] == "KeyboardInterrupt"


def test_a_crash_in_c_code_keeps_the_lines_before_it(lab: Lab):
    ended = lab.call("import ctypes\ndef handler(e, c):\n    print('last words')\n    ctypes.string_at(0)\n")
    assert (ended.kind, ended.status) == ("exit", "signal: segmentation fault")
    assert texts(ended) == ["last words"]


def test_leaving_while_loading_is_an_exit(lab: Lab):
    lab.deploy("import sys\nsys.exit(4)\n")
    ended = lab.init()
    assert (ended.kind, ended.status) == ("exit", "exit status 4")


def test_a_module_of_the_package_comes_before_one_of_pythons_library(lab: Lab):
    files = {"statistics": "def mean(values): return 'mine'\ndef handler(e, c): return mean([])\n"}
    assert value(lab.call("", handler="statistics.handler", files=files)) == "mine"


def test_the_projects_own_code_is_not_there_for_handlers(lab: Lab):
    lab.deploy("import sandbox.runtime\n")
    assert error(lab.init())["errorMessage"] == "Unable to import module 'app': No module named 'sandbox'"


@pytest.mark.parametrize("name", ["pytest", "yaml", "tutor", "textual"])
def test_what_only_this_machine_has_is_not_there_for_handlers(lab: Lab, name: str):
    lab.deploy(f"import {name}\n")
    assert error(lab.init())["errorMessage"] == f"Unable to import module 'app': No module named '{name}'"


def test_a_module_of_the_package_may_have_any_name(lab: Lab):
    source = "import tutor\n\ndef handler(event, context):\n    return tutor.X\n"
    lab.deploy(source, files={"tutor": "X = 3\n"})
    lab.init()
    assert value(lab.invoke()) == 3
