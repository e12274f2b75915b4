"""Trains the predictions that were ordered, and lets the accepted ones speak of leads.

A training is claimed by a conditional update and recorded once; one whose worker died is claimed
again later. Leads are taken in the order of their last change, one batch a transaction, which also
keeps how far it came: killed anywhere, the next run goes on; run twice, the same is said again.
"""

import importlib

from core.collector import seldom
from core.errors import Invalid
from core.pipeline.report import Report
from core.runtime import Runtime
from core.services import predictor_work
from db.session import reading, transaction

BATCH = 1000


@seldom()
def run(rt: Runtime, *, campaign_id: int | None = None, limit: int | None = None) -> Report:
    """Counts: trained, judged (leads). `limit` is a number of leads a prediction."""
    report = Report.of(trained=0, judged=0)
    with reading(rt.sessions) as session:
        waiting = predictor_work.open_ids(session)
    for predictor_id in waiting:
        if not rt.stopping():
            report += _train(rt, predictor_id)
    with reading(rt.sessions) as session:
        active = predictor_work.active_ids(session)
    for predictor_id in active:
        report += _speak(rt, predictor_id, limit)
    return report


def _train(rt: Runtime, predictor_id: int) -> Report:
    """Read, then learn outside any transaction, then record."""
    with transaction(rt.sessions) as session:
        if not predictor_work.claim(session, predictor_id, now=rt.now()):
            return Report()
    try:
        with reading(rt.sessions) as session:
            history, without = predictor_work.history(session, predictor_id, now=rt.now())
        # SciPy and scikit-learn: a second and 100 MB, where there is something to learn
        result = importlib.import_module("core.learn.predict").train(history, without=without)
    except (Invalid, OSError) as error:
        why = error.sentence if isinstance(error, Invalid) else "The list is no longer there."
        with transaction(rt.sessions) as session:
            predictor_work.failed(session, predictor_id, why, now=rt.now())
        return Report.of(f"Prediction {predictor_id}: {why}", untrained=1)
    with transaction(rt.sessions) as session:
        predictor_work.trained(session, predictor_id, result, now=rt.now())
    return Report.of(trained=1)


def _speak(rt: Runtime, predictor_id: int, limit: int | None) -> Report:
    try:
        with reading(rt.sessions) as session:
            speaking = predictor_work.speaking(session, predictor_id)
            after = predictor_work.mark(session, predictor_id)
    except Invalid as error:
        return Report.of(f"Prediction {predictor_id}: {error.sentence}", broken=1)
    looked = judged = 0
    while not rt.stopping() and (limit is None or looked < limit):
        size = BATCH if limit is None else min(BATCH, limit - looked)
        with transaction(rt.sessions) as session:
            seen, done, after = predictor_work.speak(
                session, speaking, after, limit=size, now=rt.now()
            )
        if not seen:
            break
        looked, judged = looked + seen, judged + done
    return Report.of(judged=judged)
