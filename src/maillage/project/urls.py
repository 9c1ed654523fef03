from django.urls import include, path

from maillage.kernel.files.views import stored_file
from maillage.project.api import api, docs
from maillage.project.health import health

urlpatterns = [
    path("api/docs", docs, name="api_docs"),
    path("api/", api.urls),
    path("sante", health, name="health"),
    path("fichiers/<path:name>", stored_file, name="stored_file"),
    path("compte/", include("maillage.apps.accounts.urls.sign_in")),
    path("", include("maillage.apps.accounts.urls")),
    path("", include("maillage.apps.directory.urls")),
    path("", include("maillage.apps.exchange.urls")),
    path("", include("maillage.apps.knowledge.urls")),
    path("", include("maillage.apps.codevelopment.urls")),
    path("", include("maillage.apps.books.urls")),
    path("", include("maillage.apps.barter.urls")),
    path("", include("maillage.portal.urls")),
]

handler400 = "maillage.portal.errors.bad_request"
handler403 = "maillage.portal.errors.forbidden"
handler404 = "maillage.portal.errors.not_found"
handler500 = "maillage.portal.errors.server_error"
