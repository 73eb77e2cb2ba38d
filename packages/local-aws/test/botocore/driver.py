"""Takes calls as JSON lines on standard input, makes them with botocore, and answers each with a JSON line.

In:  {"service": "s3", "operation": "PutObject", "region": "eu-west-1", "parameters": {...}}
Out: {"status": 200, "fields": {...}} or {"status": 404, "code": "NoSuchKey", "message": "..."}
"""

import json
import os
import sys

try:
    from botocore import session as botocore_session
    from botocore.config import Config
    from botocore.exceptions import ClientError
except ImportError:  # The AWS CLI 2 carries a copy of its own.
    from awscli.botocore import session as botocore_session
    from awscli.botocore.config import Config
    from awscli.botocore.exceptions import ClientError

# botocore's own checks are off: what the service refuses is in question, not what the client does.
CONFIG = Config(
    parameter_validation=False,
    retries={"max_attempts": 0},
    s3={"addressing_style": "path"},
    signature_version="v4",
)
S3_CONFIG = CONFIG.merge(Config(signature_version="s3v4"))


class Clients:
    def __init__(self):
        self._session = botocore_session.get_session()
        self._made = {}

    def get(self, service, region):
        key = (service, region)
        if key not in self._made:
            config = S3_CONFIG if service == "s3" else CONFIG
            self._made[key] = self._session.create_client(
                service,
                region_name=region,
                endpoint_url=os.environ["AWS_ENDPOINT_URL"],
                config=config,
            )
        return self._made[key]


def plain(value):
    """Instants as text, streams and bytes as what they hold."""
    if hasattr(value, "isoformat"):
        return value.isoformat()
    if hasattr(value, "read"):
        return value.read().decode()
    if isinstance(value, bytes):
        return value.decode()
    raise TypeError(f"no JSON for {type(value)}")


def answer(clients, call):
    client = clients.get(call["service"], call["region"])
    try:
        fields = client._make_api_call(call["operation"], call["parameters"])
    except ClientError as error:
        metadata = error.response.get("ResponseMetadata", {})
        described = error.response.get("Error", {})
        return {
            "status": metadata.get("HTTPStatusCode"),
            "code": described.get("Code"),
            "message": described.get("Message"),
        }
    except Exception as error:  # botocore could not send the call or read the answer
        return {"status": 0, "code": type(error).__name__, "message": str(error)}
    status = fields.pop("ResponseMetadata")["HTTPStatusCode"]
    return {"status": status, "fields": fields}


def main():
    clients = Clients()
    for line in sys.stdin:
        print(json.dumps(answer(clients, json.loads(line)), default=plain), flush=True)


main()
