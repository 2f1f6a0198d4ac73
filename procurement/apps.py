from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ProcurementConfig(AppConfig):
    name = "procurement"
    verbose_name = _("Procurement")

    def ready(self) -> None:
        """Register purchases, committees, citizen seats and draws as kinds of cases."""
        from notifications.choices import register_book
        from organisations import navigation
        from procurement import checks, flows, metrics, notices, queries, rule_tables, rules, signs
        from procurement.actions import committee as committee_actions
        from procurement.actions import draw as draw_actions
        from procurement.actions import purchase as purchase_actions
        from procurement.actions import seat as seat_actions
        from procurement.coverage import standing
        from procurement.models import Citizen, CommitteeCase, DrawCase, PurchaseCase, SeatCase
        from procurement.pool import contact, sealed
        from procurement.states import committee, draw, purchase, seat
        from workflows import registry, rotation

        signs.register()
        metrics.register()
        rule_tables.register_tables()
        navigation.register_door(navigation.Door(rules.is_citizen, "my_seats", "my_sign_in", "my_profile"))
        register_book(contact.address_of, contact.whose)
        standing.follow_rules()
        rotation.register_wrapped(Citizen, "wrapped_key")
        rotation.register_hashed(Citizen, "id_hash", "email_hash", "phone_hash", made_anew=sealed.hashes_made_anew)
        for graph, case_model, flow, actions, problems, series in (
            (purchase.GRAPH, PurchaseCase, flows.PurchaseFlow, purchase_actions, checks.purchase_problems, "P"),
            (committee.GRAPH, CommitteeCase, flows.CommitteeFlow, committee_actions, checks.committee_problems, "C"),
            (seat.GRAPH, SeatCase, flows.SeatFlow, seat_actions, checks.seat_problems, "S"),
            (draw.GRAPH, DrawCase, flows.DrawFlow, draw_actions, checks.draw_problems, "D"),
        ):
            registry.register(
                registry.Kind(
                    graph=graph,
                    case_model=case_model,
                    flow=flow,
                    actions=actions.ACTIONS,
                    recipients=notices.recipients,
                    checks=problems,
                    readers=rules.READERS,
                    series=series,
                    page=graph.kind,
                    concerned=queries.seats_about if graph.kind == seat.GRAPH.kind else None,
                    topic="procurement",
                )
            )
