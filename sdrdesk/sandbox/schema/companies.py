"""Default properties of companies, deals and leads."""

from __future__ import annotations

from typing import Any

from sdrdesk.sandbox.schema.contacts import LEAD_STATUS, LIFECYCLE, lifecycle_dates
from sdrdesk.sandbox.schema.definitions import (
    define,
    labelled,
    options,
    owner,
    read_only,
    writable,
)

INDUSTRIES = (
    "ACCOUNTING", "AIRLINES_AVIATION", "ANIMATION", "APPAREL_FASHION", "ARCHITECTURE_PLANNING",
    "AUTOMOTIVE", "AVIATION_AEROSPACE", "BANKING", "BIOTECHNOLOGY", "BROADCAST_MEDIA",
    "BUILDING_MATERIALS", "BUSINESS_SUPPLIES_AND_EQUIPMENT", "CAPITAL_MARKETS", "CHEMICALS",
    "CIVIL_ENGINEERING", "COMMERCIAL_REAL_ESTATE", "COMPUTER_GAMES", "COMPUTER_HARDWARE",
    "COMPUTER_NETWORKING", "COMPUTER_NETWORK_SECURITY", "COMPUTER_SOFTWARE", "CONSTRUCTION",
    "CONSUMER_ELECTRONICS", "CONSUMER_GOODS", "CONSUMER_SERVICES", "COSMETICS", "DAIRY",
    "DEFENSE_SPACE", "DESIGN", "E_LEARNING", "EDUCATION_MANAGEMENT",
    "ELECTRICAL_ELECTRONIC_MANUFACTURING", "ENTERTAINMENT", "ENVIRONMENTAL_SERVICES",
    "EVENTS_SERVICES", "FACILITIES_SERVICES", "FARMING", "FINANCIAL_SERVICES", "FINE_ART",
    "FOOD_BEVERAGES", "FOOD_PRODUCTION", "FURNITURE", "GLASS_CERAMICS_CONCRETE",
    "GOVERNMENT_ADMINISTRATION", "GRAPHIC_DESIGN", "HEALTH_WELLNESS_AND_FITNESS",
    "HIGHER_EDUCATION", "HOSPITAL_HEALTH_CARE", "HOSPITALITY", "HUMAN_RESOURCES",
    "IMPORT_AND_EXPORT", "INDUSTRIAL_AUTOMATION", "INFORMATION_SERVICES",
    "INFORMATION_TECHNOLOGY_AND_SERVICES", "INSURANCE", "INTERNATIONAL_TRADE_AND_DEVELOPMENT",
    "INTERNET", "INVESTMENT_BANKING", "INVESTMENT_MANAGEMENT", "LAW_PRACTICE", "LEGAL_SERVICES",
    "LEISURE_TRAVEL_TOURISM", "LOGISTICS_AND_SUPPLY_CHAIN", "LUXURY_GOODS_JEWELRY", "MACHINERY",
    "MANAGEMENT_CONSULTING", "MARITIME", "MARKET_RESEARCH", "MARKETING_AND_ADVERTISING",
    "MECHANICAL_OR_INDUSTRIAL_ENGINEERING", "MEDIA_PRODUCTION", "MEDICAL_DEVICES",
    "MEDICAL_PRACTICE", "MENTAL_HEALTH_CARE", "MINING_METALS", "MOTION_PICTURES_AND_FILM",
    "MUSIC", "NANOTECHNOLOGY", "NEWSPAPERS", "NON_PROFIT_ORGANIZATION_MANAGEMENT", "OIL_ENERGY",
    "ONLINE_MEDIA", "OUTSOURCING_OFFSHORING", "PACKAGE_FREIGHT_DELIVERY",
    "PACKAGING_AND_CONTAINERS", "PAPER_FOREST_PRODUCTS", "PHARMACEUTICALS", "PHOTOGRAPHY",
    "PLASTICS", "PRIMARY_SECONDARY_EDUCATION", "PRINTING", "PROFESSIONAL_TRAINING_COACHING",
    "PROGRAM_DEVELOPMENT", "PUBLIC_RELATIONS_AND_COMMUNICATIONS", "PUBLIC_SAFETY", "PUBLISHING",
    "RAILROAD_MANUFACTURE", "REAL_ESTATE", "RECREATIONAL_FACILITIES_AND_SERVICES",
    "RENEWABLES_ENVIRONMENT", "RESEARCH", "RESTAURANTS", "RETAIL", "SECURITY_AND_INVESTIGATIONS",
    "SEMICONDUCTORS", "SHIPBUILDING", "SPORTING_GOODS", "SPORTS", "STAFFING_AND_RECRUITING",
    "SUPERMARKETS", "TELECOMMUNICATIONS", "TEXTILES", "TOBACCO", "TRANSLATION_AND_LOCALIZATION",
    "TRANSPORTATION_TRUCKING_RAILROAD", "UTILITIES", "VENTURE_CAPITAL_PRIVATE_EQUITY",
    "VETERINARY", "WAREHOUSING", "WHOLESALE", "WINE_AND_SPIRITS", "WIRELESS",
    "WRITING_AND_EDITING",
)  # fmt: skip


def company_properties() -> list[dict[str, Any]]:
    """Return every default property of a company."""
    group = "companyinformation"
    return [
        *writable("name domain website address city state zip country", group=group),
        *writable("hs_country_code timezone founded_year linkedin_company_page", group=group),
        *writable("web_technologies hs_additional_domains", group=group),
        define("phone", "string", "phonenumber", group=group),
        *writable("description about_us", "string", "textarea", group=group),
        define("industry", "enumeration", "select", group=group, options=labelled(*INDUSTRIES)),
        *writable("numberofemployees annualrevenue", "number", "number", group=group),
        define(
            "type",
            "enumeration",
            "select",
            group=group,
            options=labelled("PROSPECT", "PARTNER", "RESELLER", "VENDOR", "OTHER"),
        ),
        define(
            "lifecyclestage",
            "enumeration",
            "radio",
            label="Lifecycle Stage",
            group=group,
            external=True,
            options=options(*LIFECYCLE),
        ),
        *lifecycle_dates(group),
        define(
            "hs_lead_status",
            "enumeration",
            "radio",
            label="Lead Status",
            group=group,
            options=options(*LEAD_STATUS),
        ),
        owner(group),
        define("hs_parent_company_id", "number", "number", group=group),
        *read_only("hs_num_child_companies num_associated_contacts num_contacted_notes num_notes",
                   "number", "number", group=group),
        *read_only(
            "notes_last_contacted notes_last_updated hs_last_sales_activity_timestamp"
            " recent_conversion_date createdate hs_lastmodifieddate hubspot_owner_assigneddate",
            "datetime",
            "date",
            group=group,
        ),
        *read_only("recent_conversion_event_name hs_merged_object_ids hs_object_source"
                   " hs_object_source_label hs_object_source_id", group=group),
        *read_only("hs_object_id hs_created_by_user_id hs_updated_by_user_id", "number", "number",
                   group=group),
    ]  # fmt: skip


def _stamps(created: str, group: str) -> list[dict[str, Any]]:
    return [
        *read_only(f"{created} hs_lastmodifieddate", "datetime", "date", group=group),
        *read_only("hs_object_id hs_created_by_user_id", "number", "number", group=group),
        *read_only("hs_object_source hs_object_source_label hs_merged_object_ids", group=group),
        owner(group),
    ]


def deal_properties() -> list[dict[str, Any]]:
    """Return the default properties of a deal that matter to an SDR."""
    group = "dealinformation"
    return [
        *writable("dealname pipeline dealstage", group=group),
        define("amount", "number", "number", group=group),
        define("closedate", "datetime", "date", group=group),
        *_stamps("createdate", group),
    ]


def base_properties() -> list[dict[str, Any]]:
    """Return the properties of every record, for types without records in the world."""
    return [*writable("hs_name hs_pipeline hs_pipeline_stage", group="details"),
            *_stamps("hs_createdate", "details")]  # fmt: skip


def lead_properties() -> list[dict[str, Any]]:
    """Return the default properties of a lead record."""
    group = "leadinformation"
    return [
        define("hs_lead_name", group=group),
        define(
            "hs_lead_type",
            "enumeration",
            "select",
            group=group,
            options=labelled("NEW_BUSINESS", "UPSELL", "RE_ATTEMPTING"),
        ),
        define(
            "hs_lead_label",
            "enumeration",
            "select",
            group=group,
            options=labelled("HOT", "WARM", "COLD"),
        ),
        *writable("hs_pipeline hs_pipeline_stage", group=group),
        *_stamps("hs_createdate", group),
    ]
