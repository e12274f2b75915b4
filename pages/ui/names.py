"""The names of vendors and ports, and of stored words that are no enum. `words` looks them up."""

NAMES: dict[str, str] = {
    "llm": "LLM", "email": "E-mail", "inbox": "Inbox", "enrichment": "Enrichment",
    "verification": "Verification", "smtp": "SMTP", "imap": "IMAP", "folder": "Folder (local)",
    "template": "Templates (local)", "local": "Rules (local)", "openai": "OpenAI",
    "crm": "CRM", "csv": "CSV files (local)", "hubspot": "HubSpot", "airtable": "Airtable",
    "anthropic": "Anthropic", "perplexity": "Perplexity", "reached": "Reached",
    "draft_answer": "Draft of an answer", "summarise": "Summary", "personalise": "Opening",
    "classify_reply": "Sorting a reply", "replied": "Replies",
    "positive": "Positive replies", "meeting": "Meetings", "won": "Won", "vp": "Vice president",
    "c_level": "C-level", "mx": "Mail servers (DNS)", "peopledatalabs": "People Data Labs",
}  # fmt: skip
