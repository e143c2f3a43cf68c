"""Starts the emulator as the tests need it."""

import json
import os
import signal
import sys
import threading

from ministack import app
from ministack.core import iam_actions, iam_evaluator
from ministack.core.responses import get_account_id
from ministack.services import eventbridge, scheduler

# Schedules are looked at every second instead of every ten: a test should not wait longer than a person would.
scheduler._SCHEDULE_TICK_INTERVAL = 1

# With TLS it would listen on port 443 as well, which nobody here asks.
app._port_is_bindable = lambda host, port: False

# Nobody but AWS may put events of its own sources on a bus. Here the tests do what CloudWatch would, which emits none in the emulator.
eventbridge._put_events.__defaults__ = (True,)


def stop_with_parent():
    sys.stdin.read()
    os.kill(os.getpid(), signal.SIGTERM)


threading.Thread(target=stop_with_parent, daemon=True).start()

# Where roles are enforced, two calls are asked about in ways in which AWS does not: the emulator knows neither what mail is sent by nor the group of
# a schedule, and asks for ses:SendEmail on "*" and for scheduler:CreateSchedule in the group "default". No role that is bound to an identity, or to
# a group, has those. Here both are asked about as the service authorization reference has it:
# https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonsimpleemailservicev2.html (the sender's identity and the configuration set)
# https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazoneventbridgescheduler.html (schedule/<group>/<name>)
enforce_ses = app._enforce_ses_v2
extract_resource_arn = iam_actions.extract_resource_arn


def enforce_ses_as_aws(method, path, headers, body, query_params, request_id):
    if not app.AUTH or (method, path) != ("POST", "/v2/email/outbound-emails"):
        return enforce_ses(method, path, headers, body, query_params, request_id)
    mail = json.loads(body)
    for resource in (f"identity/{mail['FromEmailAddress']}", f"configuration-set/{mail['ConfigurationSetName']}"):
        arn = f"arn:aws:ses:{app.extract_region(headers, query_params)}:{get_account_id()}:{resource}"
        denied = app._enforce_data_plane("sesv2", "ses:SendEmail", headers, query_params, request_id, resource_arn=arn)
        if denied:
            return denied
    return None


def extract_resource_arn_as_aws(service, method, path, headers, body, query_params, region, account_id):
    if service == "scheduler" and method == "POST" and path.startswith("/schedules/"):
        group = json.loads(body)["GroupName"]
        return f"arn:aws:scheduler:{region}:{account_id}:schedule/{group}/{path.rsplit('/', 1)[1]}"
    return extract_resource_arn(service, method, path, headers, body, query_params, region, account_id)


# The partition that a call names is asked about too, as it is on AWS: https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/specifying-conditions.html
dynamodb_service_context = iam_actions.dynamodb_service_context


def dynamodb_context_as_aws(body):
    call = json.loads(body)
    row = call.get("Key") or call.get("Item") or {}
    asked = row.get("pk") or call.get("ExpressionAttributeValues", {}).get(":pk")
    return {**dynamodb_service_context(body), **({"dynamodb:LeadingKeys": [asked["S"]]} if asked else {})}


record_call = app._maybe_record_cloudtrail


def record_call_whole(service, method, path, headers, body, *rest):
    # One line for each call of a service, in order: test/e2e/emulator.ts reads them.
    with open("asked.jsonl", "a") as asked:
        operation = headers.get("x-amz-target", "").rsplit(".", 1)[-1] or f"{method} {path}"
        asked.write(json.dumps([service, operation, body.decode("utf-8", "replace")]) + "\n")
    record_call(service, method, path, headers, body, *rest)


app._maybe_record_cloudtrail = record_call_whole
evaluate = iam_evaluator.evaluate


def evaluate_and_tell(ctx, *policies):
    result = evaluate(ctx, *policies)
    if result.decision == "Allow":
        # One line for each time that a role was allowed something: test/e2e/emulator.ts reads them.
        with open("allowed.jsonl", "a") as allowed:
            allowed.write(json.dumps([ctx.principal_arn, ctx.action, ctx.resource_arn]) + "\n")
    return result


iam_evaluator.evaluate = evaluate_and_tell
iam_actions.dynamodb_service_context = dynamodb_context_as_aws
app._enforce_ses_v2 = enforce_ses_as_aws
iam_actions.extract_resource_arn = extract_resource_arn_as_aws

app.main()
