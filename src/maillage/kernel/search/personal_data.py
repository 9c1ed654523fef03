from django.utils.translation import gettext_lazy as _

from maillage.kernel.privacy.declarations import NoPersonalData

PERSONAL_DATA = (
    NoPersonalData(
        model="search.SearchEntry", because=_("A copy of what is public, made again at each change.")
    ),
    NoPersonalData(model="search.LexiconWord", because=_("Single words of what is public.")),
    NoPersonalData(model="search.SpellingKey", because=_("Single words of what is public.")),
    NoPersonalData(model="search.SynonymGroup", because=_("Synonyms.")),
)
