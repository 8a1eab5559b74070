"""The letters that the service has sent, where they go to a mailbox on this machine."""

from werkzeug.wrappers import Response

from local.console.visit import Visit


def show(visit: Visit) -> Response:
    """Show the letters, the newest first; as JSON to a program."""
    letters = visit.service.letters() if visit.service.letters else []
    return visit.data(letters) if visit.wants_json else visit.page("mail.html", letters=letters)
