"""The indexes of reached leads and sent mails hold what Analytics splits by.

Revision: 0017
After: 0016
"""

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None

LEADS, MAILS = "ix_leads_client_id_reached_at", "ix_messages_client_id_sent_at"
REACHED, SENT = sa.text("reached_at IS NOT NULL"), sa.text("sent_at IS NOT NULL")


def upgrade() -> None:
    """Brings the schema forward."""
    op.drop_index(LEADS, table_name="leads")
    op.create_index(
        LEADS,
        "leads",
        [
            *("client_id", "reached_at", "id", "campaign_id", "source", "tier"),
            *("owner_id", "sequence_id", "account_id"),
        ],
        sqlite_where=REACHED,
        postgresql_where=REACHED,
    )
    op.drop_index(MAILS, table_name="messages")
    op.create_index(
        MAILS,
        "messages",
        [
            *("client_id", "sent_at", "id", "kind", "state", "campaign_id", "lead_id"),
            *("step", "variant_id", "mailbox_id"),
        ],
        sqlite_where=SENT,
        postgresql_where=SENT,
    )


def downgrade() -> None:
    """Takes the schema back."""
    op.drop_index(MAILS, table_name="messages")
    op.create_index(MAILS, "messages", ["client_id", "sent_at"])
    op.drop_index(LEADS, table_name="leads")
    op.create_index(
        LEADS,
        "leads",
        ["client_id", "reached_at", "id"],
        sqlite_where=REACHED,
        postgresql_where=REACHED,
    )
