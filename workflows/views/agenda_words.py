"""Why a case has its place on the agenda, in a few words beside its name."""

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from approvals.actions.agenda import disagreement
from approvals.models import AgendaItem
from workflows.templatetags.look import class_words, signed


def place_words(item: AgendaItem, questions: int) -> list[str]:
    """The grounds in the order in which they count; empty where nothing is disagreed about."""
    grounds = disagreement(item, questions)
    words = []
    if questions:
        text = ngettext("%(count)d member questions it", "%(count)d members question it", questions)
        words.append(text % {"count": questions})
    if grounds.gap:
        words.append(_("supervisor %(gap)s") % {"gap": signed(grounds.gap, 2)})
    elif item.contested:
        words.append(_("points changed by the supervisor"))
    if grounds.steps:
        words.append(_("last period %(class)s") % {"class": class_words(item.last_class, "short")})
    return words
