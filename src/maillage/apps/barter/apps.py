from django.apps import AppConfig


class BarterConfig(AppConfig):
    name = "maillage.apps.barter"
    label = "barter"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from maillage.apps.barter.actions import consequences, opening, telling
        from maillage.apps.barter.actions.booked import BOOKED, YEARS
        from maillage.apps.books.actions import following as books_following
        from maillage.apps.ledger.actions.following import FOLLOWERS
        from maillage.kernel.events import SoftLimitPassed, TransferEnded, subscribe

        consequences.FOLLOWERS.append(opening.follow_member)
        consequences.OBSTACLES_TO_LEAVING.append(opening.obstacle_to_leaving)
        FOLLOWERS.append(BOOKED)
        books_following.FOLLOWERS.append(YEARS)
        subscribe(SoftLimitPassed, telling.tell_soft_limit)
        subscribe(TransferEnded, telling.tell_transfer_ended)
