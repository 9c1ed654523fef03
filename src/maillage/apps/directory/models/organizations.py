from django.conf import settings
from django.db import models

from maillage.apps.directory.choices import Family, LegalForm, MembershipRole, MembershipStatus, Status
from maillage.apps.directory.models.places import Located
from maillage.apps.directory.models.themes import Theme


class Organization(Located):
    """A body that acts: it carries initiatives, has managers, and owns what it publishes."""

    name = models.CharField(max_length=200)
    short_name = models.CharField(max_length=60, blank=True)
    slug = models.SlugField(max_length=220, unique=True)
    sort_key = models.CharField(max_length=240, editable=False)
    status = models.CharField(max_length=20, choices=Status, default=Status.PUBLISHED)
    legal_form = models.CharField(max_length=30, choices=LegalForm, blank=True)
    family = models.CharField(max_length=30, choices=Family, blank=True)
    siren = models.CharField(max_length=9, blank=True)
    siret = models.CharField(max_length=14, blank=True)
    rna = models.CharField(max_length=10, blank=True)
    summary = models.CharField(max_length=300, blank=True)
    description = models.TextField(blank=True)
    themes = models.ManyToManyField(Theme, blank=True, related_name="organizations")
    address_public = models.BooleanField(default=True)
    website = models.URLField(max_length=500, blank=True)
    links = models.JSONField(default=list, blank=True)
    opening_hours = models.TextField(blank=True)
    networks = models.CharField(max_length=300, blank=True)
    labels = models.CharField(max_length=300, blank=True)
    logo = models.ImageField(upload_to="logos/", blank=True, db_index=True)
    source = models.CharField(max_length=80, blank=True)
    external_id = models.CharField(max_length=300, blank=True)
    version = models.PositiveIntegerField(default=0)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+"
    )
    created_at = models.DateTimeField()
    updated_at = models.DateTimeField()
    published_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["source", "external_id"],
                condition=~models.Q(external_id=""),
                name="organization_external_id_unique",
            ),
            models.UniqueConstraint(
                fields=["siret"], condition=~models.Q(siret=""), name="organization_siret_unique"
            ),
        ]
        indexes = [
            models.Index(fields=["status", "sort_key", "id"], name="organization_list"),
            models.Index(fields=["cell"], name="organization_cell"),
        ]

    def __str__(self) -> str:
        return self.name


class Contact(models.Model):
    """Who answers for an organisation, or at which desk: not an account. The lowest `rank` is asked first."""

    organization = models.ForeignKey(Organization, models.CASCADE, related_name="contacts")
    rank = models.PositiveSmallIntegerField()
    label = models.CharField(max_length=80, blank=True)
    name = models.CharField(max_length=120, blank=True)
    email = models.EmailField(blank=True)
    phone = models.CharField(max_length=30, blank=True)
    public = models.BooleanField(default=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["organization", "rank"], name="contact_rank_once"),
            models.CheckConstraint(
                condition=~models.Q(email="") | ~models.Q(phone=""), name="contact_reachable"
            ),
        ]


class OrganizationVersion(models.Model):
    """What an organisation's fiche said after a change; `data` is the form's content."""

    organization = models.ForeignKey(Organization, models.CASCADE, related_name="versions")
    number = models.PositiveIntegerField()
    data = models.JSONField()
    comment = models.CharField(max_length=200, blank=True)
    author = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    on_behalf_of = models.ForeignKey(Organization, models.SET_NULL, null=True, related_name="+")
    created_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["organization", "number"], name="organization_version_number"),
        ]


class Membership(models.Model):
    """The tie between a person and an organisation; ended rather than deleted."""

    organization = models.ForeignKey(Organization, models.CASCADE, related_name="memberships")
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, null=True, blank=True, related_name="memberships"
    )
    invited_email = models.EmailField(blank=True)
    token = models.CharField(max_length=64, blank=True, db_index=True)
    role = models.CharField(max_length=20, choices=MembershipRole, default=MembershipRole.MEMBER)
    status = models.CharField(max_length=20, choices=MembershipStatus)
    message = models.TextField(blank=True)
    created_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["organization", "person"],
                condition=~models.Q(status=MembershipStatus.ENDED),
                name="membership_once",
            ),
            models.CheckConstraint(
                condition=models.Q(person__isnull=False)
                | ~models.Q(invited_email="")
                | models.Q(status="ended"),
                name="membership_of_someone",
            ),
            models.CheckConstraint(
                condition=models.Q(role__in=MembershipRole.values), name="membership_role_known"
            ),
        ]
