"""Forms, and the pages with them.

The account of the sandbox sells *Harbourline*, software that plans the work of people, machines and
vehicles and connects to a company's other systems.
"""

from __future__ import annotations

FORMS = (
    # (key, GUID, name, form type, fields beyond first name, last name and e-mail)
    (
        "demo",
        "5d1f3a52-6c0e-4b1e-9a51-0d6f1f0a1c01",
        "Request a demo",
        "hubspot",
        ("company", "jobtitle", "phone", "message"),
    ),
    (
        "pricing",
        "8a3b0c7e-2f64-4c39-8d0b-5b7e90c4de02",
        "Pricing enquiry",
        "hubspot",
        ("company", "phone", "numemployees", "message"),
    ),
    (
        "sales",
        "c0a9e1b4-77d2-4f0a-b6a3-1e4c8b5fa703",
        "Contact sales",
        "hubspot",
        ("company", "phone", "message"),
    ),
    (
        "trial",
        "13f7c2d8-90ab-4e55-8c12-a7d4f3e6b904",
        "Free trial sign-up",
        "hubspot",
        ("company", "jobtitle"),
    ),
    (
        "webinar",
        "e41b6f09-3d58-4a7c-b2f0-6c9a85d17b05",
        "Webinar registration",
        "hubspot",
        ("company", "jobtitle"),
    ),
    ("ebook", "6f2d94ca-b8e3-4170-95dd-38b1c60e4f06", "E-book download", "hubspot", ("company",)),
    (
        "guide",
        "a97c5e13-04f6-4d82-8b3e-f25d07c96a07",
        "Comparison guide",
        "hubspot",
        ("company", "jobtitle"),
    ),
    (
        "roi",
        "2be80d46-c1f9-4963-a40a-9d73e5b2f108",
        "Savings calculator",
        "captured",
        ("company", "numemployees"),
    ),
    ("newsletter", "f08d3b7a-5e2c-4c16-b7f4-40c8a1d9e209", "Newsletter", "flow", ()),
)
FORM_IDS: dict[str, str] = {key: guid for key, guid, *_ in FORMS}
FORM_NAMES: dict[str, str] = {key: name for key, _, name, *_ in FORMS}
FORM_FIELDS: dict[str, tuple[str, ...]] = {key: fields for key, _, _, _, fields in FORMS}

PAGES = (
    # (form key, page title, path, weight)
    ("demo", "See Harbourline in action", "/demo", 15.0),
    ("demo", "Pricing", "/pricing", 5.0),
    ("demo", "Shift planning for plants", "/product/shift-planning", 4.0),
    ("demo", "Fleet and depot scheduling", "/product/fleet", 3.0),
    ("pricing", "Pricing", "/pricing", 12.0),
    ("pricing", "Enterprise plan", "/pricing/enterprise", 3.0),
    ("sales", "Contact us", "/contact", 8.0),
    ("sales", "Harbourline for health care", "/industries/health", 2.0),
    ("trial", "Start free", "/trial", 9.0),
    ("webinar", "Webinar: From spreadsheet to live plan in 30 days", "/webinars/live-plan", 7.0),
    ("webinar", "Webinar: What the night shift knows", "/webinars/night-shift", 5.0),
    ("webinar", "Webinar: Connecting your ERP without a project", "/webinars/erp", 4.0),
    ("ebook", "E-book: The overtime iceberg", "/library/overtime-iceberg", 7.0),
    (
        "ebook",
        "E-book: Ten questions before you buy planning software",
        "/library/ten-questions",
        6.0,
    ),
    ("ebook", "Checklist: Audit-ready rosters", "/library/audit-ready-rosters", 4.0),
    ("guide", "Harbourline and the spreadsheet, compared", "/compare/spreadsheet", 5.0),
    ("guide", "Harbourline and legacy rostering, compared", "/compare/legacy-rostering", 4.0),
    ("roi", "Savings calculator", "/savings", 4.0),
    ("newsletter", "The Monday plan", "/newsletter", 4.0),
)

OTHER_PAGES = (
    "/",
    "/product",
    "/integrations",
    "/integrations/sap",
    "/integrations/payroll",
    "/security",
    "/customers",
    "/customers/bakery",
    "/customers/clinic",
    "/customers/freight",
    "/about",
    "/blog/overtime",
    "/blog/absence-cover",
    "/blog/depot-turnaround",
    "/pricing",
    "/docs/api",
)

SITE = "https://www.harbourline.example"

SOURCES = (
    # (hs_analytics_source, drill-down 1 choices, weight)
    ("ORGANIC_SEARCH", ("google", "bing", "duckduckgo"), 28.0),
    (
        "PAID_SEARCH",
        ("shift planning - exact", "rostering software", "brand", "competitor terms"),
        17.0,
    ),
    ("DIRECT_TRAFFIC", ("www.harbourline.example/", "www.harbourline.example/pricing"), 15.0),
    ("EMAIL_MARKETING", ("monday plan 41", "nurture: operations 3", "webinar reminder"), 13.0),
    ("PAID_SOCIAL", ("linkedin ops leaders", "linkedin it leaders"), 9.0),
    ("SOCIAL_MEDIA", ("LinkedIn", "YouTube"), 6.0),
    ("REFERRALS", ("planning-review.example", "plant-forum.example"), 8.0),
    ("OTHER_CAMPAIGNS", ("trade fair badge scan", "partner mailing"), 4.0),
)
