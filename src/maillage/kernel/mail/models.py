from __future__ import annotations

from django.conf import settings
from django.db import models

from maillage.kernel.mail.choices import MessageStatus, Rhythm


class OutgoingMessage(models.Model):
    """One e-mail to one address. Written in the transaction that wants it said, sent by a job afterwards.

    The words are wiped once it is sent: a code or a link of somebody is not kept longer than it serves.
    """

    to = models.EmailField()
    subject = models.CharField(max_length=250)
    text = models.TextField(blank=True)
    html = models.TextField(blank=True)
    headers = models.JSONField(default=dict, blank=True)
    status = models.CharField(max_length=20, choices=MessageStatus, default=MessageStatus.WAITING)
    tries = models.PositiveSmallIntegerField(default=0)
    next_try_at = models.DateTimeField()
    last_error = models.CharField(max_length=300, blank=True)
    created_at = models.DateTimeField()
    sent_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(status__in=MessageStatus.values), name="outgoing_message_status_known"
            )
        ]
        indexes = [models.Index(fields=["status", "next_try_at"], name="outgoing_message_due")]

    def __str__(self) -> str:
        return f"{self.to}: {self.subject}"


class Notification(models.Model):
    """Something that a person may want to know. Always shown in their space; told by e-mail at `mail_due_at`."""

    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="notifications")
    kind = models.CharField(max_length=60)
    title = models.CharField(max_length=250)
    url = models.CharField(max_length=500, blank=True)
    created_at = models.DateTimeField()
    seen_at = models.DateTimeField(null=True, blank=True)
    mail_due_at = models.DateTimeField(null=True, blank=True)
    mailed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes = [
            models.Index(fields=["person", "-created_at", "-id"], name="notification_list"),
            models.Index(
                fields=["mail_due_at"],
                condition=models.Q(mailed_at=None, mail_due_at__isnull=False),
                name="notification_due",
            ),
        ]

    def __str__(self) -> str:
        return self.title


class NotificationChoice(models.Model):
    """How soon a person wants to be told of one kind, when it is not the kind's own rhythm."""

    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="notification_choices")
    kind = models.CharField(max_length=60)
    rhythm = models.CharField(max_length=20, choices=Rhythm)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["person", "kind"], name="notification_choice_once"),
            models.CheckConstraint(
                condition=models.Q(rhythm__in=Rhythm.values), name="notification_choice_known"
            ),
        ]
