"""Makes a new status link for an applicant who lost it and prints its path, this once; the old one opens nothing."""

from django.urls import reverse

from accounts.management.application_command import ApplicationCommand
from accounts.onboarding import links
from accounts.onboarding.models import Application


class Command(ApplicationCommand):
    help = __doc__

    def carry_out(self, application: Application) -> dict[str, str]:
        path = reverse("onboarding:status", args=[links.replace(application, None)])
        return {"application": application.reference, "path": path}
