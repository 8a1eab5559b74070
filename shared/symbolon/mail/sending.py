"""Sending through Amazon SES: https://docs.aws.amazon.com/ses/latest/APIReference-V2/API_SendEmail.html."""

import json

from symbolon.aws import signed
from symbolon.aws.signed import AwsError, Call
from symbolon.errors import Misconfigured
from symbolon.mail.letters import Letter
from symbolon.settings.mail import MailSettings


def send(letter: Letter, address: str, settings: MailSettings) -> None:
    """Send the letter; raises Unavailable when SES is down or busy, Misconfigured when it refuses for good."""
    content = {
        "Subject": _data(letter.subject),
        "Body": {"Text": _data(letter.text), "Html": _data(letter.html)},
    }
    message = {
        "FromEmailAddress": settings.sender,
        "Destination": {"ToAddresses": [address]},
        "Content": {"Simple": content},
    }
    if settings.configuration_set:
        message["ConfigurationSetName"] = settings.configuration_set
    headers = {"content-type": "application/json"}
    try:
        signed.post(Call("ses", headers, json.dumps(message).encode(), "/v2/email/outbound-emails"))
    except AwsError as error:
        raise Misconfigured(
            f"SES refuses to send, {error.code}: is mail.sender verified, and out of the sandbox?"
        ) from error


def _data(text: str) -> dict[str, str]:
    return {"Data": text, "Charset": "UTF-8"}
