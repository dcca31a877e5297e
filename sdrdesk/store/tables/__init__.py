"""Every table as a SQLModel class: for migrations and tests; the product reads and writes SQL.

Moments are whole milliseconds since the epoch, UTC, in columns that end in ``_ms``: they sort,
index and compare as integers, and CRMs send them so. There are two kinds of table:

* **mirror** (``owner``, ``company``, ``lead``, ``lead_base``, ``alias``, ``crm_option``,
  ``call_lead``): data of the CRM; a full sync can rebuild it.
* **record** (``activity``, ``outbox``, ``lead_desk``, ``promise``, ``suppression``,
  ``number_hold``, ``conflict``, ``call_journal``, ``call_talk``, ``call_claim``, ``block``,
  ``block_pause``, ``block_call``, ``first_line``, ``outbox_account``,
  ``outbox_lead``, ``clock_shift``, ``act``, ``shared_item``, ``sla_pause``, ``shared_record``,
  ``mail_draft``, ``cadence_run``, ``cadence_step``, ``hook_event``, ``agent_proposal``,
  ``forgotten``):
  everything a rep did or typed; never deleted by sync or migration.

``conversion`` came from the CRM, which no longer has it, so it is kept like a record.
"""

from __future__ import annotations

from sdrdesk.store.tables.calls import BlockCallRow as BlockCallRow
from sdrdesk.store.tables.calls import BlockPauseRow as BlockPauseRow
from sdrdesk.store.tables.calls import BlockRow as BlockRow
from sdrdesk.store.tables.calls import CallClaimRow as CallClaimRow
from sdrdesk.store.tables.calls import CallJournalRow as CallJournalRow
from sdrdesk.store.tables.calls import CallTalkRow as CallTalkRow
from sdrdesk.store.tables.calls import NumberHoldRow as NumberHoldRow
from sdrdesk.store.tables.calls import RegisterEntryRow as RegisterEntryRow
from sdrdesk.store.tables.calls import RegisterMatchRow as RegisterMatchRow
from sdrdesk.store.tables.calls import RegisterTodoRow as RegisterTodoRow
from sdrdesk.store.tables.calls import SuppressionRow as SuppressionRow
from sdrdesk.store.tables.follow_up import AgentProposalRow as AgentProposalRow
from sdrdesk.store.tables.follow_up import CadenceRunRow as CadenceRunRow
from sdrdesk.store.tables.follow_up import CadenceStepRow as CadenceStepRow
from sdrdesk.store.tables.follow_up import HookEventRow as HookEventRow
from sdrdesk.store.tables.follow_up import MailDraftRow as MailDraftRow
from sdrdesk.store.tables.mirror import AliasRow as AliasRow
from sdrdesk.store.tables.mirror import CallLeadRow as CallLeadRow
from sdrdesk.store.tables.mirror import CompanyRow as CompanyRow
from sdrdesk.store.tables.mirror import ConversionRow as ConversionRow
from sdrdesk.store.tables.mirror import CrmOptionRow as CrmOptionRow
from sdrdesk.store.tables.mirror import LeadBaseRow as LeadBaseRow
from sdrdesk.store.tables.mirror import LeadNewsRow as LeadNewsRow
from sdrdesk.store.tables.mirror import LeadRow as LeadRow
from sdrdesk.store.tables.mirror import LeadThenRow as LeadThenRow
from sdrdesk.store.tables.mirror import OwnerRow as OwnerRow
from sdrdesk.store.tables.mirror import SyncStateRow as SyncStateRow
from sdrdesk.store.tables.outbox import OutboxAccountRow as OutboxAccountRow
from sdrdesk.store.tables.outbox import OutboxLeadRow as OutboxLeadRow
from sdrdesk.store.tables.outbox import OutboxRow as OutboxRow
from sdrdesk.store.tables.record import ActivityRow as ActivityRow
from sdrdesk.store.tables.record import ActRow as ActRow
from sdrdesk.store.tables.record import ClockShiftRow as ClockShiftRow
from sdrdesk.store.tables.record import ConflictRow as ConflictRow
from sdrdesk.store.tables.record import FirstLineRow as FirstLineRow
from sdrdesk.store.tables.record import ForgottenRow as ForgottenRow
from sdrdesk.store.tables.record import LeadDeskRow as LeadDeskRow
from sdrdesk.store.tables.record import PromiseRow as PromiseRow
from sdrdesk.store.tables.record import SharedItemRow as SharedItemRow
from sdrdesk.store.tables.record import SharedRecordRow as SharedRecordRow
from sdrdesk.store.tables.record import SlaPauseRow as SlaPauseRow
