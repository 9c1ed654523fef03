from django.utils.translation import gettext_lazy as _

from maillage.kernel.privacy.declarations import NoPersonalData

PERSONAL_DATA = (
    NoPersonalData(model="jobs.Schedule", because=_("Names of tasks and dates.")),
    NoPersonalData(
        model="jobs.DeadLetter", because=_("Numbers of rows, and the technical trace of a fault.")
    ),
    NoPersonalData(model="jobs.JobProgress", because=_("How far a task has gone.")),
    NoPersonalData(model="jobs.WorkerBeat", because=_("Signs of life of the programs.")),
)
