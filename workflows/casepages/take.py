"""The one endpoint by which a person takes any edge: a form, then `perform()`, then the case again."""

from collections.abc import Callable, Mapping
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from organisations.formats import write_ago
from organisations.middleware import typed_text
from organisations.models import User
from workflows.actors import Actor
from workflows.casepages.access import reader
from workflows.casepages.forms import EdgeForm
from workflows.casepages.panel import Panel
from workflows.casepages.standard_texts import inserted, offers_for
from workflows.casepages.timeline import Timeline
from workflows.graph import Edge, Text
from workflows.refusals import Missing, NotAllowed, Overtaken, Refused
from workflows.transitions import last_entry, perform, why_not


class TakePage:
    """The forms of the edges of a kind of case; an app subclasses it and puts `as_view()` at an address.

    panel: the law, the forms, the addresses and what edges are called. timeline: how what was done is told. fields:
    the field beside which a refusal is shown, where it is not named as the refusal's own. then: names of addresses
    without arguments that a page may ask to go to afterwards. heading_template: the identity bar, of what `heading()`
    gives; beside_template: what stands beside the form, of what `beside()` gives. gone: told to who does not see the
    case any more once he has taken an edge.
    """

    panel: Panel
    timeline: Timeline
    fields: Mapping[str, str] = {}
    then: frozenset[str] = frozenset()
    template = "casepages/take.html"
    form_template = "casepages/take_form.html"
    heading_template = "casepages/heading.html"
    beside_template = ""
    gone: Text = gettext_lazy("The case has gone to another unit or register, so you do not see it any more.")

    # --- What an app says ---------------------------------------------------------------------------------------------
    def case_for(self, user: User, public_id: str) -> Any:
        """The case of an address. Raises Http404, the same whether it is unknown or not for `user`."""
        raise NotImplementedError

    def heading(self, user: User, case: Any) -> dict[str, Any]:
        """For `casepages/heading.html`: `title`, and `facts` as pairs of a label and a value."""
        raise NotImplementedError

    def beside(self, user: User, case: Any, edge: Edge) -> dict[str, Any]:  # noqa: ARG002 - for subclasses
        """What has to be read before the edge is taken, for `beside_template`."""
        return {}

    def initial(self, request: HttpRequest, case: Any, edge: Edge) -> dict[str, Any]:  # noqa: ARG002 - for subclasses
        """What the form begins with, when the way to it has chosen something already."""
        return {}

    def carry_out(
        self, case: Any, edge: Edge, actor: Actor, form: Any, *, seen_version: int | None, seen_seq: int | None
    ) -> Any:
        """Take the edge with what the form says; the case as it is then. seen_version, seen_seq, what it raises: see
        `perform()`."""
        return perform(case, edge.name, actor, seen_version=seen_version, seen_seq=seen_seq, **form.facts())

    def after(self, request: HttpRequest, case: Any) -> HttpResponse:
        """Back to the case, unless it exists for this person no longer, or he came from a list."""
        then = request.POST.get("then", "")
        if then in self.then:
            return redirect(then)
        try:
            self.case_for(reader(request), case.public_id)
        except Http404:
            messages.info(request, str(self.gone))
            return redirect(self.panel.addresses.lists)
        return redirect(self.panel.addresses.of_case(case))

    # --- The page -----------------------------------------------------------------------------------------------------
    @classmethod
    def as_view(cls) -> Callable[..., HttpResponse]:
        """The view; its address gives `public_id` and `edge`."""
        page = cls()

        @require_http_methods(["GET", "POST"])
        @login_required
        def take(request: HttpRequest, public_id: str, edge: str) -> HttpResponse:
            return page.respond(request, public_id, edge)

        return take

    def respond(self, request: HttpRequest, public_id: str, edge: str) -> HttpResponse:
        """The form of an edge (GET), or the edge taken (POST). In the panel htmx asks for the form alone.

        404 for a case that is not there for the reader and for what no person of the agency takes; 403 with a sentence
        for an edge that is not his; 409 when somebody was faster, or when a POST does not say which version of the case
        was read; 422 when something is missing. What was typed is kept.
        """
        user = reader(request)
        case = self.case_for(user, public_id)
        form_class = self.panel.forms.get(edge)
        if form_class is None:
            raise Http404
        law = self.panel.graph.edge(edge)
        if request.method == "GET":
            refusal = why_not(case, law, Actor.person(user))
            form = None
            if refusal is None:
                form = form_class(case=case, user=user, initial=self.initial(request, case, law))
            return self._page(request, case, law, form, refusal=refusal)
        return self._post(request, case, law, form_class)

    def _post(self, request: HttpRequest, case: Any, law: Edge, form_class: type[EdgeForm]) -> HttpResponse:
        user = reader(request)
        seen_version, seen_seq = _seen(request, "seen_version"), _seen(request, "seen_seq")
        if seen_version != case.state_version:
            # Also where it is left out: every form of ours sends it, and nobody signs what he has not seen. Before the
            # form is read: its choices may have gone with the state it was made for.
            return self._overtaken(request, case, law, None)
        if refusal := why_not(case, law, Actor.person(user)):
            return self._page(request, case, law, None, refusal=refusal)
        if "more" in request.POST:
            form = form_class(request.POST, case=case, user=user)
            form.tell_nothing_yet()
            return self._page(request, case, law, form, status=200)
        if "insert" in request.POST:
            form = form_class(inserted(request.POST, offers_for(case, law.name)), case=case, user=user)
            form.tell_nothing_yet()
            return self._page(request, case, law, form, status=200)
        form = form_class(request.POST, request.FILES, case=case, user=user)
        valid = form.is_valid()
        if "preview" in request.POST:
            return self._page(request, case, law, form, status=200, preview=form.preview())
        if not valid:
            return self._page(request, case, law, form, status=422)
        actor = Actor.person(user)
        try:
            done = self.carry_out(case, law, actor, form, seen_version=seen_version, seen_seq=seen_seq)
        except Overtaken as overtaken:
            return self._overtaken(request, case, law, overtaken)
        except Refused as refusal:
            self._tell(form, refusal)
            return self._page(request, case, law, form, status=403 if isinstance(refusal, NotAllowed) else 422)
        messages.success(request, f"{done.number}: {self.timeline.title_of(law.name)}")
        return self.after(request, done)

    def _tell(self, form: EdgeForm, refusal: Refused) -> None:
        """The sentence beside its field where it has one, else above the form."""
        field = self.fields.get(refusal.field, refusal.field)
        form.add_error(field if field in form.fields else None, str(refusal.sentence))

    def _overtaken(self, request: HttpRequest, stale: Any, law: Edge, refusal: Overtaken | None) -> HttpResponse:
        """Who did what and when, above the form as it was typed; sending it again is a decision of its own."""
        user = reader(request)
        case = self.case_for(user, stale.public_id)
        last = refusal.last if refusal else last_entry(case)
        conflict = _("This case has moved on since you opened it.")
        if last is not None:
            who = _("You") if last.actor_id == user.pk else str(last.actor or last.get_actor_kind_display())
            what = {"who": who, "ago": write_ago(last.at), "what": self.timeline.title_of(last.verb)}
            conflict = _("%(who)s, %(ago)s: %(what)s") % what
        blocked = why_not(case, law, Actor.person(user))
        form = None if blocked else self.panel.forms[law.name](request.POST, case=case, user=user)
        return self._page(request, case, law, form, refusal=blocked, conflict=conflict, status=409)

    def _page(
        self,
        request: HttpRequest,
        case: Any,
        law: Edge,
        form: EdgeForm | None,
        *,
        refusal: Refused | None = None,
        status: int | None = None,
        **more: Any,
    ) -> HttpResponse:
        user = reader(request)
        if form is not None:
            form.offer_texts(offers_for(case, law.name))
        context = {
            "case": case,
            "case_url": self.panel.addresses.of_case(case),
            **self.heading(user, case),
            "heading_template": self.heading_template,
            "edge": law.name,
            "action": self.panel.label_of(law),
            "form": form,
            "refusal": refusal,
            "roles": [who.label for who in law.by] if isinstance(refusal, NotAllowed) else [],
            "typed": list(typed_text(request)) if request.method == "POST" and form is None else [],
            "take_url": self.panel.addresses.of_take(case, law.name),
            "then": request.POST.get("then", ""),
            "has_files": form is not None and form.is_multipart(),
            "beside_template": self.beside_template,
            # Nothing is worked out, nor read by who may not, for a form that is not there.
            **(self.beside(user, case, law) if form is not None else {}),
            **more,
        }
        if status is None:
            status = 200 if refusal is None else 422 if isinstance(refusal, Missing) else 403
            if refusal is not None and not isinstance(refusal, Missing | NotAllowed):
                status = 409
        # htmx swaps the bare form into the panel; a refused one is a page of its own.
        bare = request.htmx and request.method == "GET"  # type: ignore[attr-defined]
        return render(request, self.form_template if bare else self.template, context, status=status)


def _seen(request: HttpRequest, name: str) -> int | None:
    value = request.POST.get(name, "")
    return int(value) if value.isdecimal() and len(value) <= 9 else None
