"""Mail: what came in, what goes out and why it waits, and the mailboxes' health."""

from core.queries import health, inbox, mailboxes, outbox
from db.session import reading
from pages.mail_parts import boxes, conversations, outgoing, thread
from pages.ui import filters
from pages.ui.page import open_page

rt, viewer = open_page("Outbox / Inbox")
thread_id = filters.whole("thread")

if thread_id is not None:
    thread.draw(rt, viewer, thread_id)
else:
    part = filters.tabs(
        "part", {"inbox": "Inbox", "outbox": "Outbox", "mailboxes": "Mailboxes"}, label="Mail"
    )
    now = rt.now()
    if part == "inbox":
        with reading(rt.sessions) as session:
            held = inbox.counts(session, viewer, now=now)
        conversations.draw(rt, viewer, held)
    elif part == "outbox":
        with reading(rt.sessions) as session:
            states = outbox.counts(session, viewer)
            rows = mailboxes.mailboxes(session, viewer, now=now)
            runs = health.scheduler_runs(session, viewer, now)
        outgoing.draw(rt, viewer, states, rows, runs=runs)
    else:
        with reading(rt.sessions) as session:
            rows = mailboxes.mailboxes(session, viewer, now=now)
            runs = health.scheduler_runs(session, viewer, now)
        boxes.draw(rt, viewer, rows, runs=runs)
