"""The launcher: `streamlit run app.py`, or any ASGI server with `app:app`.

The main script lies in pages/, so that Streamlit's old way of serving a pages/ folder never starts
(in it, a deep link runs a page without the sign-in). Strangers' links are routes of the same
process.
"""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import streamlit as st

from core.logs import configure
from core.public.routes import ROUTES
from core.runtime import build


@asynccontextmanager
async def lifespan(_app: st.App) -> AsyncIterator[None]:
    """Refuses to start on an old schema or half-set provider, with the command that mends it."""
    rt = build()
    configure(rt.data_dir, to_stderr=False)
    rt.close()
    yield


app = st.App("pages/main.py", routes=ROUTES, lifespan=lifespan)
