"""Who answers requests to AWS in tests: an engine of DynamoDB that runs on this machine, or moto, in memory."""

import http.client
import json
from collections.abc import Callable
from functools import cache
from typing import Any
from urllib.parse import urlsplit

from botocore.awsrequest import AWSPreparedRequest
from botocore.compat import HTTPHeaders
from botocore.loaders import create_loader
from botocore.model import ServiceModel
from botocore.validate import ParamValidator
from moto.core.request import normalize_request
from moto.core.responses import ActionResult
from moto.dynamodb.responses import DynamoHandler
from moto.secretsmanager.responses import SecretsManagerResponse
from moto.ssm.responses import SimpleSystemManagerResponse
from werkzeug.exceptions import HTTPException

from tests.helpers.service.asked import Answer, Asked


def ask_engine(url: str, asked: Asked) -> Answer:
    """Give the answer of the engine of DynamoDB at the URL."""
    connection = http.client.HTTPConnection(urlsplit(url).netloc, timeout=10)
    connection.request("POST", "/", asked.body, dict(asked.headers))
    response = connection.getresponse()
    content = json.loads(response.read())
    connection.close()
    return response.status, content


def ask_moto(asked: Asked) -> Answer:
    """Hand the request to moto, which need not be asked through an SDK; what an SDK would refuse is refused."""
    handler, model = _service(asked.service)
    arguments = model.operation_model(asked.operation).input_shape
    assert arguments
    report = ParamValidator().validate(asked.content, arguments)
    assert not report.has_errors(), report.generate_report()
    url, headers = f"https://{asked.service}.us-east-1.amazonaws.com/", HTTPHeaders.from_dict(dict(asked.headers))
    request = normalize_request(AWSPreparedRequest("POST", url, headers, asked.body, stream_output=False))
    try:
        status, _, body = handler(request, request.raw_url, request.headers)
    except HTTPException as error:
        status, body = int(error.code or 0), error.get_body()
    return status, json.loads(body)


class _Plain(DynamoHandler):
    """moto's DynamoDB without its general way to write an answer as JSON, which takes longer than all else it does."""

    def serialized(self, action_result: ActionResult) -> tuple[int, dict[str, Any], str | bytes]:
        """Give status, headers and body of an answer; of an error as moto does."""
        if not isinstance(action_result.result, dict):
            return super().serialized(action_result)
        fields = {name: value for name, value in action_result.result.items() if value is not None}
        return 200, dict(self.response_headers), json.dumps(fields, default=str)


@cache
def _service(name: str) -> tuple[Callable[..., tuple[int, object, str | bytes]], ServiceModel]:
    handlers = {
        "dynamodb": _Plain.dispatch,
        "secretsmanager": SecretsManagerResponse.dispatch,
        "ssm": SimpleSystemManagerResponse.dispatch,
    }
    return handlers[name], ServiceModel(create_loader().load_service_model(name, "service-2"), name)
