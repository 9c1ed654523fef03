from __future__ import annotations

from django.conf import settings
from django.db import models

from maillage.apps.directory.choices import CarrierRole, Family, InvolvementKind, Licence, Stage, Status
from maillage.apps.directory.models.organizations import Organization
from maillage.apps.directory.models.places import Located, Territory
from maillage.apps.directory.models.themes import Theme


class InitiativeQuerySet(models.QuerySet["Initiative"]):
    def published(self) -> InitiativeQuerySet:
        return self.filter(status=Status.PUBLISHED)


class Initiative(models.Model):
    """The fiche of something that people do together, and its recipe for others to reuse.

    `owner` is the organisation that it belongs to; None means the network itself.
    """

    title = models.CharField(max_length=200)
    slug = models.SlugField(max_length=220)
    sort_key = models.CharField(max_length=240, editable=False)
    summary = models.CharField(max_length=300, blank=True)
    status = models.CharField(max_length=20, choices=Status, default=Status.DRAFT)
    owner = models.ForeignKey(
        Organization, models.PROTECT, null=True, blank=True, related_name="owned_initiatives"
    )
    organizations = models.ManyToManyField(
        Organization, through="InitiativeCarrier", related_name="initiatives"
    )
    family = models.CharField(max_length=30, choices=Family, blank=True)
    themes = models.ManyToManyField(Theme, blank=True, related_name="initiatives")
    main_theme = models.ForeignKey(Theme, models.SET_NULL, null=True, blank=True, related_name="+")
    keywords = models.CharField(max_length=500, blank=True)
    audiences = models.JSONField(default=list, blank=True)
    stage = models.CharField(max_length=20, choices=Stage, blank=True)
    started_on = models.DateField(null=True, blank=True)
    ended_on = models.DateField(null=True, blank=True)
    looks_for_hands = models.BooleanField(default=False)

    context = models.TextField(blank=True)
    activities = models.TextField(blank=True)
    audience_text = models.TextField(blank=True)
    participation = models.TextField(blank=True)
    recipe_steps = models.TextField(blank=True)
    recipe_means = models.TextField(blank=True)
    recipe_cost = models.TextField(blank=True)
    recipe_time = models.TextField(blank=True)
    recipe_people = models.TextField(blank=True)
    recipe_pitfalls = models.TextField(blank=True)
    recipe_advice = models.TextField(blank=True)
    results = models.TextField(blank=True)
    next_steps = models.TextField(blank=True)

    area = models.ForeignKey(Territory, models.SET_NULL, null=True, blank=True, related_name="+")
    website = models.URLField(max_length=500, blank=True)
    contact_name = models.CharField(max_length=120, blank=True)
    contact_name_public = models.BooleanField(default=True)
    contact_email = models.EmailField(blank=True)
    contact_email_public = models.BooleanField(default=False)
    contact_phone = models.CharField(max_length=30, blank=True)
    contact_phone_public = models.BooleanField(default=False)
    opening_hours = models.TextField(blank=True)
    licence = models.CharField(max_length=20, choices=Licence, default=Licence.CC_BY_SA)
    adapted_from = models.ForeignKey(
        "self", models.SET_NULL, null=True, blank=True, related_name="adaptations"
    )
    adapted_from_url = models.URLField(max_length=500, blank=True)

    source = models.CharField(max_length=80, blank=True)
    external_id = models.CharField(max_length=300, blank=True)
    source_url = models.URLField(max_length=500, blank=True)
    source_hash = models.CharField(max_length=64, blank=True)
    version = models.PositiveIntegerField(default=0)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+"
    )
    created_at = models.DateTimeField()
    updated_at = models.DateTimeField()
    published_at = models.DateTimeField(null=True, blank=True)

    objects = InitiativeQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["source", "external_id"],
                condition=~models.Q(external_id=""),
                name="initiative_external_id_unique",
            ),
            models.CheckConstraint(
                condition=models.Q(status__in=Status.values), name="initiative_status_known"
            ),
            models.CheckConstraint(
                condition=models.Q(ended_on__isnull=True)
                | models.Q(started_on__isnull=True)
                | models.Q(ended_on__gte=models.F("started_on")),
                name="initiative_dates_ordered",
            ),
            models.CheckConstraint(
                condition=~models.Q(adapted_from=models.F("id")), name="initiative_not_own_adaptation"
            ),
        ]
        indexes = [
            models.Index(fields=["status", "sort_key", "id"], name="initiative_list_name"),
            models.Index(fields=["status", "-updated_at", "-id"], name="initiative_list_fresh"),
            models.Index(fields=["status", "main_theme"], name="initiative_list_theme"),
        ]

    def __str__(self) -> str:
        return self.title


class InitiativeCarrier(models.Model):
    """An organisation that carries an initiative or is its partner; `name` alone when it has no fiche."""

    initiative = models.ForeignKey(Initiative, models.CASCADE, related_name="carriers")
    organization = models.ForeignKey(
        Organization, models.CASCADE, null=True, blank=True, related_name="carried"
    )
    name = models.CharField(max_length=200, blank=True)
    role = models.CharField(max_length=20, choices=CarrierRole, default=CarrierRole.CARRIER)
    rank = models.PositiveSmallIntegerField(default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["initiative", "organization"], name="initiative_carrier_once"),
            models.CheckConstraint(
                condition=models.Q(organization__isnull=False) | ~models.Q(name=""),
                name="initiative_carrier_named",
            ),
        ]


class InitiativePlace(Located):
    """One of the places of an initiative: each is a pin on the map."""

    initiative = models.ForeignKey(Initiative, models.CASCADE, related_name="places")
    name = models.CharField(max_length=160, blank=True)
    rank = models.PositiveSmallIntegerField(default=0)

    class Meta:
        indexes = [models.Index(fields=["cell", "initiative"], name="initiative_place_cell")]


class InitiativePicture(models.Model):
    initiative = models.ForeignKey(Initiative, models.CASCADE, related_name="pictures")
    image = models.ImageField(
        upload_to="initiatives/", width_field="width", height_field="height", db_index=True
    )
    width = models.PositiveIntegerField(editable=False, default=0)
    height = models.PositiveIntegerField(editable=False, default=0)
    alternative_text = models.CharField(max_length=200, blank=True)
    credit = models.CharField(max_length=160, blank=True)
    rank = models.PositiveSmallIntegerField(default=0)


class InitiativeDocument(models.Model):
    initiative = models.ForeignKey(Initiative, models.CASCADE, related_name="documents")
    file = models.FileField(upload_to="documents/", db_index=True)
    title = models.CharField(max_length=160)
    media_type = models.CharField(max_length=100)
    size_bytes = models.PositiveIntegerField()
    rank = models.PositiveSmallIntegerField(default=0)


class InitiativeVersion(models.Model):
    """What a fiche said after a change; `data` is the form's content, so that it can be compared and returned to."""

    initiative = models.ForeignKey(Initiative, models.CASCADE, related_name="versions")
    number = models.PositiveIntegerField()
    data = models.JSONField()
    comment = models.CharField(max_length=200, blank=True)
    author = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    on_behalf_of = models.ForeignKey(Organization, models.SET_NULL, null=True, related_name="+")
    created_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["initiative", "number"], name="initiative_version_number"),
        ]


class Draft(models.Model):
    """What a person is typing in a form, kept until it is saved. `key` names the form and its object."""

    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="drafts")
    key = models.CharField(max_length=80)
    data = models.JSONField()
    updated_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["person", "key"], name="draft_once")]


class Involvement(models.Model):
    """A message of someone who wants to take part, or to do the same elsewhere; it reaches the carriers."""

    initiative = models.ForeignKey(Initiative, models.CASCADE, related_name="involvements")
    kind = models.CharField(max_length=20, choices=InvolvementKind)
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+"
    )
    name = models.CharField(max_length=120)
    email = models.EmailField()
    message = models.TextField()
    created_at = models.DateTimeField()
    answered_at = models.DateTimeField(null=True, blank=True)
