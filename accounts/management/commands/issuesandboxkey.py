"""Issues a sandbox key for an application in review and prints its secret, this once; keys before it are revoked."""

from typing import Any

from accounts import keys
from accounts.management.application_command import ApplicationCommand
from accounts.onboarding import sandbox
from accounts.onboarding.models import Application


class Command(ApplicationCommand):
    help = __doc__

    def carry_out(self, application: Application) -> dict[str, Any]:
        issued = sandbox.issue_key(application, None)
        return {"application": application.reference, "apiSecret": issued.secret, **keys.describe(issued.key)}
