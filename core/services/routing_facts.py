"""What a condition of routing or approval may ask of a lead."""

from typing import Any

# the fields that every lead has, and what people call them; custom fields go by their headings
FIELDS: dict[str, str] = {
    "country": "Country",
    "region": "Region",
    "city": "City",
    "industry": "Industry",
    "employees": "Employees",
    "revenue": "Revenue",
    "technologies": "Technologies",
    "title": "Job title",
    "seniority": "Seniority",
    "department": "Department",
    "language": "Language",
    "email": "Address",
    "domain": "Domain of the address",
    "email_status": "Address checked",
    "company": "Company",
    "tags": "Tags",
    "source": "Source",
    "tier": "Tier",
    "total": "Score",
    "fit": "Fit",
    "opportunity": "Opportunity",
    "engagement": "Engagement",
    "confidence": "Confidence",
}
WAITS_FOR = {"waits_for": "Why it would wait"}  # asked by rules of approval alone
_APART = ("custom", "company_custom", "company_country", "campaign_id")


def of(row: Any) -> dict[str, Any]:
    """A row of leads as conditions read it; a person's own fields go before the company's."""
    own = {name: value for name, value in zip(row._fields, row, strict=True) if name not in _APART}
    return {
        **(row.company_custom or {}),
        **(row.custom or {}),
        **own,
        "country": row.country or row.company_country,
        "email": row.email_key,
        "domain": row.email_domain,
    }
