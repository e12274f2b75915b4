"""The few pages that strangers see: one sentence each, no script, nothing from outside."""

from html import escape

from starlette.responses import HTMLResponse

_STYLE = (
    "body{font-family:system-ui,Arial,sans-serif;background:#f6f7f9;color:#1d2433;margin:0;"
    "display:grid;min-height:100vh;place-items:center}main{background:#fff;border-radius:12px;"
    "padding:40px;max-width:440px;box-shadow:0 1px 4px rgba(16,24,40,.12)}h1{font-size:20px;"
    "margin:0 0 12px}p{line-height:1.5;margin:0 0 20px}button{font:inherit;background:#1d2433;"
    "color:#fff;border:0;border-radius:8px;padding:10px 18px;cursor:pointer}"
    "@media(prefers-color-scheme:dark){body{background:#10141d;color:#e6e9f0}"
    "main{background:#1a2030}button{background:#e6e9f0;color:#10141d}}"
)
HEADERS = {
    "Cache-Control": "no-store",
    "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'; form-action 'self'",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "X-Robots-Tag": "noindex",
}


def sentence(title: str, words: str, *, status: int = 200, button: str = "") -> HTMLResponse:
    """A page with a title and a sentence; with `button`, a form that posts to this address."""
    form = f'<form method="post"><button type="submit">{escape(button)}</button></form>'
    html = (
        '<!doctype html><html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width,initial-scale=1">'
        f"<title>{escape(title)}</title><style>{_STYLE}</style></head><body><main>"
        f"<h1>{escape(title)}</h1><p>{escape(words)}</p>{form if button else ''}"
        "</main></body></html>"
    )
    return HTMLResponse(html, status_code=status, headers=HEADERS)
