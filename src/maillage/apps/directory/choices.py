from django.db import models
from django.utils.translation import gettext_lazy as _


class Family(models.TextChoices):
    """Families of the social and solidarity economy, after article 1 of the French act of 31 July 2014."""

    ASSOCIATION = "association", _("Association")
    COOPERATIVE = "cooperative", _("Co-operative")
    MUTUAL = "mutual", _("Mutual society")
    FOUNDATION = "foundation", _("Foundation")
    SOCIAL_COMPANY = "social_company", _("ESUS or social company")
    INFORMAL_GROUP = "informal_group", _("Informal group")
    PUBLIC_BODY = "public_body", _("Public body")
    OTHER = "other", _("Other")


class LegalForm(models.TextChoices):
    ASSOCIATION_1901 = "association_1901", _("Association (1901 act)")
    SCIC = "scic", _("SCIC")
    SCOP = "scop", _("SCOP")
    CAE = "cae", _("CAE")
    CUMA = "cuma", _("CUMA")
    COOPERATIVE = "cooperative", _("Other co-operative")
    MUTUAL = "mutual", _("Mutual society")
    FOUNDATION = "foundation", _("Foundation or endowment fund")
    ESUS_COMPANY = "esus_company", _("Company with the ESUS approval")
    COMPANY = "company", _("Company")
    MUNICIPALITY = "municipality", _("Municipality or grouping")
    PUBLIC_BODY = "public_body", _("Other public body")
    INFORMAL = "informal", _("Informal group")
    OTHER = "other", _("Other")


class Status(models.TextChoices):
    """Where a fiche stands. Only `PUBLISHED` is seen by visitors."""

    DRAFT = "draft", _("Draft")
    PROPOSED = "proposed", _("Proposed")
    PUBLISHED = "published", _("Published")
    ARCHIVED = "archived", _("Archived")


STATUS_TRANSITIONS: dict[str, tuple[str, ...]] = {
    Status.DRAFT: (Status.PROPOSED, Status.PUBLISHED, Status.ARCHIVED),
    Status.PROPOSED: (Status.DRAFT, Status.PUBLISHED, Status.ARCHIVED),
    Status.PUBLISHED: (Status.DRAFT, Status.ARCHIVED),
    Status.ARCHIVED: (Status.DRAFT, Status.PUBLISHED),
}


class Stage(models.TextChoices):
    IDEA = "idea", _("Idea")
    LAUNCHING = "launching", _("Being launched")
    RUNNING = "running", _("Running")
    GROWING = "growing", _("Being spread")
    ENDED = "ended", _("Ended")


class Audience(models.TextChoices):
    EVERYONE = "everyone", _("Everyone")
    CHILDREN = "children", _("Children")
    YOUNG = "young", _("Young people")
    FAMILIES = "families", _("Families")
    SENIORS = "seniors", _("Older people")
    JOBSEEKERS = "jobseekers", _("People looking for work")
    DISABLED = "disabled", _("People with disabilities")
    PROFESSIONALS = "professionals", _("Professionals and project carriers")
    LOCAL_AUTHORITIES = "local_authorities", _("Local authorities")


class Licence(models.TextChoices):
    CC_BY_SA = "cc-by-sa-4.0", _("CC BY-SA 4.0")
    CC_BY = "cc-by-4.0", _("CC BY 4.0")
    CC0 = "cc0-1.0", _("CC0 1.0")
    ODBL = "odbl-1.0", _("ODbL 1.0")
    ETALAB = "etalab-2.0", _("Licence ouverte 2.0")
    ALL_RIGHTS = "all-rights", _("All rights reserved")


class CarrierRole(models.TextChoices):
    CARRIER = "carrier", _("Carrier")
    PARTNER = "partner", _("Partner")


class MembershipRole(models.TextChoices):
    MANAGER = "manager", _("Manager")
    TREASURER = "treasurer", _("Treasurer")
    MEMBER = "member", _("Member")


HANDLING_MONEY = (MembershipRole.MANAGER, MembershipRole.TREASURER)
"""Who pays, invoices and keeps the accounts of an organisation; the higher role first."""


class MembershipStatus(models.TextChoices):
    INVITED = "invited", _("Invited")
    REQUESTED = "requested", _("Asked to join")
    ACTIVE = "active", _("Active")
    ENDED = "ended", _("Ended")


class InvolvementKind(models.TextChoices):
    TAKE_PART = "take_part", _("I want to take part")
    DO_THE_SAME = "do_the_same", _("I want to do the same")


class TerritoryKind(models.TextChoices):
    GROUPING = "grouping", _("Grouping of communes")
    AREA = "area", _("Area")


class ImportStatus(models.TextChoices):
    """Where an import stands; each step waits for a decision, or for a job that can be taken up where it stopped."""

    UPLOADED = "uploaded", _("Columns to check")
    ANALYSING = "analysing", _("Being checked")
    READY = "ready", _("Ready to import")
    APPLYING = "applying", _("Being imported")
    APPLIED = "applied", _("Imported")
    UNDOING = "undoing", _("Being undone")
    UNDONE = "undone", _("Undone")
    FAILED = "failed", _("Stopped")


class ImportOutcome(models.TextChoices):
    """What becomes of a row of a file."""

    CREATE = "create", _("New")
    UPDATE = "update", _("Brought up to date")
    UNCHANGED = "unchanged", _("Already there, the same")
    DUPLICATE = "duplicate", _("Looks like another")
    ERROR = "error", _("Left out")


class DuplicateRule(models.TextChoices):
    SKIP = "skip", _("Leave the row out")
    UPDATE = "update", _("Bring the existing fiche up to date")
    CREATE = "create", _("Create a fiche all the same")


class CategoryDecision(models.TextChoices):
    THEME = "theme", _("Put under a theme")
    CREATE = "create", _("Create a theme of this name")
    IGNORE = "ignore", _("Leave out")


FIELD_LABELS = {
    "title": _("Title"),
    "summary": _("In one sentence"),
    "owner_id": _("Organisation that publishes"),
    "family": _("Family of the social economy"),
    "theme_ids": _("Themes"),
    "main_theme_id": _("Main theme"),
    "keywords": _("Keywords"),
    "stage": _("Stage"),
    "started_on": _("Started on"),
    "ended_on": _("Ended on"),
    "context": _("Context and need"),
    "activities": _("What we do"),
    "audiences": _("Audiences"),
    "audience_text": _("For whom"),
    "participation": _("How to take part"),
    "looks_for_hands": _("Looks for hands"),
    "recipe_steps": _("The steps"),
    "recipe_means": _("The means"),
    "recipe_cost": _("What it costs"),
    "recipe_time": _("How long it takes"),
    "recipe_people": _("Who is needed"),
    "recipe_pitfalls": _("The pitfalls"),
    "recipe_advice": _("Our advice"),
    "results": _("Results and proofs"),
    "next_steps": _("What comes next"),
    "places": _("Places"),
    "area_id": _("Area"),
    "carriers": _("Carriers and partners"),
    "website": _("Web site"),
    "opening_hours": _("Opening hours"),
    "contact_name": _("Contact"),
    "contact_name_public": _("Show the name of the contact"),
    "contact_email": _("E-mail address"),
    "contact_email_public": _("Show the e-mail address"),
    "contact_phone": _("Telephone"),
    "contact_phone_public": _("Show the telephone number"),
    "licence": _("Licence"),
    "adapted_from_id": _("Adapted from"),
    "adapted_from_url": _("Adapted from (address)"),
}
"""By field of InitiativeContent, in the order of the form."""


THEME_ICONS = [
    ("circle", _("Circle")),
    ("sprout", _("Sprout")),
    ("wheat", _("Wheat")),
    ("utensils", _("Cutlery")),
    ("shopping-basket", _("Basket")),
    ("house", _("House")),
    ("building-2", _("Building")),
    ("handshake", _("Handshake")),
    ("coins", _("Coins")),
    ("recycle", _("Recycling")),
    ("palette", _("Palette")),
    ("music", _("Music")),
    ("book-open", _("Book")),
    ("zap", _("Lightning")),
    ("sun", _("Sun")),
    ("lightbulb", _("Light bulb")),
    ("laptop", _("Computer")),
    ("hand-heart", _("Hand and heart")),
    ("users", _("People")),
    ("graduation-cap", _("Graduation cap")),
    ("bike", _("Bicycle")),
    ("heart-pulse", _("Health")),
    ("accessibility", _("Accessibility")),
    ("leaf", _("Leaf")),
    ("vote", _("Vote")),
    ("megaphone", _("Megaphone")),
    ("globe", _("Globe")),
    ("star", _("Star")),
]
"""The icons of the house's sprite that a theme may wear."""
