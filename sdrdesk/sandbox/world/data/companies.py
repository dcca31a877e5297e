"""Company names, industries and sizes.

Industries are values of HubSpot's ``industry`` enumeration. ``KNOWN`` are hand-written companies;
``FIRST`` and ``SECOND`` combine into the others of a large account.
"""

from __future__ import annotations

INDUSTRIES = """
COMPUTER_SOFTWARE|12|Software Systems Codeworks Labs Cloud Logic Stack Digital Apps Data
INFORMATION_TECHNOLOGY_AND_SERVICES|9|Technologies Networks Consulting Integrators Solutions Hosting
LOGISTICS_AND_SUPPLY_CHAIN|9|Logistics Freight Haulage Fulfilment Cargo Forwarding Warehousing
MACHINERY|6|Machinery Works Tooling Engineering Presses Controls
INDUSTRIAL_AUTOMATION|5|Robotics Automation Controls Drives Sensors
HOSPITAL_HEALTH_CARE|6|Health Clinics Care Hospital Medical
RETAIL|7|Stores Retail Market Outfitters Traders
FOOD_BEVERAGES|6|Foods Bakery Brewing Dairy Kitchens Farms
FINANCIAL_SERVICES|6|Capital Finance Partners Trust Payments
INSURANCE|3|Insurance Mutual Assurance Underwriting
CONSTRUCTION|5|Construction Builders Contracting Joinery Roofing
HOSPITALITY|4|Hotels Hospitality Resorts Inns
FACILITIES_SERVICES|3|Facilities Services Cleaning Maintenance
PHARMACEUTICALS|2|Pharma Therapeutics Biologics
AUTOMOTIVE|4|Motors Automotive Components Mobility
RENEWABLES_ENVIRONMENT|3|Energy Solar Wind Renewables Power
UTILITIES|2|Water Utilities Grid Gas
TELECOMMUNICATIONS|2|Telecom Fibre Mobile Wireless
EDUCATION_MANAGEMENT|3|Academy College Learning School
MARKETING_AND_ADVERTISING|4|Media Agency Creative Studio Brands
STAFFING_AND_RECRUITING|3|Staffing Recruitment Talent People
TEXTILES|2|Textiles Fabrics Mills Apparel
AVIATION_AEROSPACE|2|Aviation Aerospace Airways Avionics
MEDICAL_DEVICES|2|Devices Diagnostics Imaging
NON_PROFIT_ORGANIZATION_MANAGEMENT|2|Foundation Trust Relief
GOVERNMENT_ADMINISTRATION|2|Council Authority Agency
TRANSPORTATION_TRUCKING_RAILROAD|4|Transport Trucking Rail Couriers Lines
REAL_ESTATE|2|Property Estates Lettings
CONSUMER_GOODS|3|Goods Homeware Products Supply
"""

FIRST = """
Alder Amber Anchor Aspen Atlas Aurora Badger Balsam Beacon Birchfield Blackthorn Bluebell Bracken
Bramble Brightwater Brook Calder Candle Cairn Cedar Chalk Cinder Clover Cobalt Compass Copper Coral
Crane Crescent Cypress Dale Dapple Delta Dovetail Drift Dunmore Eastgate Eider Elder Ember Fairway
Falcon Fennel Fern Finch Firth Fjord Flint Foxglove Gable Garnet Glen Granite Greenway Gull Halcyon
Hallmark Harbour Hawthorn Hazel Heath Heron Highfield Hollow Horizon Indigo Inlet Ironbridge Ivory
Jasper Juniper Kelp Kestrel Keystone Kingfisher Lantern Larch Lark Laurel Ledger Lichen Linden Loch
Longshore Lumen Lynx Magnet Mallard Maple Marble Marlin Meadow Meridian Millstone Mistral Moor
Nettle Mosaic Northgate Oak Oarlock Obsidian Ochre Onyx Orchard Osprey Otter Palisade Paragon Pebble
Pelican Peregrine Pike Pinnacle Plover Polar Poplar Prairie Prism Quarry Quartz Quayside Quill Raven
Redwood Reed Ridge Rivet Roan Rook Rowan Saffron Sage Sable Salt Sandpiper Sequoia Shale Silver
Skylark Slate Snowdrop Solstice Sparrow Spruce Sterling Stonebridge Summit Swallow Swift Tamarack
Tern Thistle Thornbury Tidal Timber Topaz Trellis Tundra Umber Union Vale Vanguard Verdant Vesper
Violet Walnut Wharf Whitewater Wicker Willow Windmill Wren Yarrow Yew Zephyr Zenith
"""

THIRD = """
Group Holdings International Partners Europe Americas Pacific Global Works Collective United Direct
First Central North South East West
"""

LEGAL = {
    "US": ("Inc.", "LLC", "Corp.", "Co."),
    "CA": ("Inc.", "Ltd.", "ltée"),
    "GB": ("Ltd", "Limited", "plc", "LLP"),
    "IE": ("Ltd", "DAC", "plc"),
    "DE": ("GmbH", "AG", "GmbH & Co. KG", "KG", "SE"),
    "FR": ("SA", "SAS", "SARL"),
    "AU": ("Pty Ltd", "Ltd"),
    "SE": ("AB",),
    "NL": ("B.V.", "N.V."),
    "ES": ("S.L.", "S.A."),
    "IT": ("S.r.l.", "S.p.A."),
    "PL": ("Sp. z o.o.", "S.A."),
    "IN": ("Pvt. Ltd.", "Ltd."),
    "JP": ("K.K.", "Co., Ltd."),
    "GR": ("A.E.", "S.A."),
    "UA": ("LLC",),
    "BG": ("EOOD", "AD"),
    "IL": ("Ltd.",),
    "AE": ("FZ-LLC", "LLC"),
    "KR": ("Co., Ltd.",),
    "CN": ("Co., Ltd.",),
    "TH": ("Co., Ltd.",),
    "BR": ("Ltda.", "S.A."),
    "ZA": ("(Pty) Ltd",),
}

KNOWN = """
US|INDUSTRIAL_AUTOMATION|Copperline Robotics
US|LOGISTICS_AND_SUPPLY_CHAIN|Three Rivers Freight
US|FOOD_BEVERAGES|Old Mill Bakeries
US|HOSPITAL_HEALTH_CARE|Bluegrass Valley Health System
US|COMPUTER_SOFTWARE|Tinderbox Analytics
US|RETAIL|Palmetto Outdoor
US|CONSTRUCTION|Hudson & Vale Contracting
US|FINANCIAL_SERVICES|Second Street Credit Union
US|MACHINERY|Kettle Creek Machine Works
US|AUTOMOTIVE|Great Lakes Stamping
US|UTILITIES|Cascade Rural Electric
US|HOSPITALITY|Juniper & Salt Hotels
US|STAFFING_AND_RECRUITING|Night Shift Staffing
US|FACILITIES_SERVICES|Sparrow Building Services
US|TELECOMMUNICATIONS|Prairie Fiber Co-op
US|INSURANCE|Lighthouse Mutual of Maine
US|AVIATION_AEROSPACE|Mesa Avionics Repair
US|TRANSPORTATION_TRUCKING_RAILROAD|Lone Pine Trucking
US|COMPUTER_SOFTWARE|querybird
US|INFORMATION_TECHNOLOGY_AND_SERVICES|Fourth Floor IT
US|MEDICAL_DEVICES|Harmon Imaging
US|PHARMACEUTICALS|Bellwether Biologics
US|EDUCATION_MANAGEMENT|Red Oak Community College
US|NON_PROFIT_ORGANIZATION_MANAGEMENT|Second Harvest of the Plains
GB|LOGISTICS_AND_SUPPLY_CHAIN|Pennine Pallets
GB|FOOD_BEVERAGES|Hartley's Preserves
GB|CONSTRUCTION|Byrne & Sons
GB|INFORMATION_TECHNOLOGY_AND_SERVICES|Quayside Managed Services
GB|MACHINERY|Sheffield Gear & Spindle
GB|RETAIL|The Candlemaker's Yard
GB|HOSPITAL_HEALTH_CARE|Lothian Home Care
GB|FINANCIAL_SERVICES|Threadneedle Lane Partners
GB|MARKETING_AND_ADVERTISING|Loud Kettle
GB|UTILITIES|Severn Vale Water
GB|TRANSPORTATION_TRUCKING_RAILROAD|Clyde Couriers
GB|RENEWABLES_ENVIRONMENT|Orkney Tidal
GB|FACILITIES_SERVICES|Brightside Cleaning
GB|HOSPITALITY|The Drover's Inns
GB|GOVERNMENT_ADMINISTRATION|Wharfedale District Council
GB|COMPUTER_SOFTWARE|Mallory Systems
IE|COMPUTER_SOFTWARE|Kestrel Robotics
IE|FOOD_BEVERAGES|Northwind Foods
IE|PHARMACEUTICALS|Cloverhill Pharma
IE|LOGISTICS_AND_SUPPLY_CHAIN|Atlantic Way Haulage
IE|FINANCIAL_SERVICES|Liffey Payments
IE|MEDICAL_DEVICES|Corrib Devices
IE|RETAIL|Ó Briain & Iníon
IE|HOSPITALITY|Slieve Bloom Lodges
DE|LOGISTICS_AND_SUPPLY_CHAIN|Hafen Logistik
DE|MACHINERY|Gebrüder Thümmler Maschinenbau
DE|INDUSTRIAL_AUTOMATION|Weißbach Antriebstechnik
DE|AUTOMOTIVE|Schönfeld Komponenten
DE|FOOD_BEVERAGES|Bäckerei Größmann
DE|COMPUTER_SOFTWARE|Nordlicht Software
DE|RENEWABLES_ENVIRONMENT|Küstenwind Energie
DE|INSURANCE|Hanseatische Sachversicherung
DE|CONSTRUCTION|Holzbau Krämer
DE|TEXTILES|Spinnerei Oßwald
DE|FACILITIES_SERVICES|Rein & Raum Gebäudedienste
FR|FOOD_BEVERAGES|Fromagerie Lefèvre
FR|LOGISTICS_AND_SUPPLY_CHAIN|Transports Séguin
FR|AVIATION_AEROSPACE|Aéro-Composites Garonne
FR|RETAIL|La Maison d'à Côté
FR|HOSPITALITY|Hôtels du Vieux Port
FR|COMPUTER_SOFTWARE|Étincelle
FR|TEXTILES|Filatures de l'Est
CA|INFORMATION_TECHNOLOGY_AND_SERVICES|Systèmes Boréal
CA|MACHINERY|Maple Ridge Hydraulics
CA|RENEWABLES_ENVIRONMENT|Fundy Tidal Power
CA|FOOD_BEVERAGES|Érablière Côté
CA|TRANSPORTATION_TRUCKING_RAILROAD|Prairie Gate Rail
CA|CONSTRUCTION|Signal Hill Builders
AU|LOGISTICS_AND_SUPPLY_CHAIN|Nullarbor Road Freight
AU|RETAIL|Wattle & Gum
AU|HOSPITAL_HEALTH_CARE|Coral Coast Clinics
AU|CONSTRUCTION|Southern Cross Formwork
AU|COMPUTER_SOFTWARE|Bowerbird
SE|COMPUTER_SOFTWARE|Norrsken AB
SE|MACHINERY|Bergström Verkstad
SE|RETAIL|Hägglund Möbler
SE|RENEWABLES_ENVIRONMENT|Öresund Vind
NL|LOGISTICS_AND_SUPPLY_CHAIN|Van Rijn Expeditie
NL|FOOD_BEVERAGES|Kaasmakerij De Vries
NL|INFORMATION_TECHNOLOGY_AND_SERVICES|Windroos ICT
NL|FINANCIAL_SERVICES|Grachtengordel Capital
ES|FOOD_BEVERAGES|Aceites Peña y Muñoz
ES|HOSPITALITY|Hoteles Brisa del Sur
ES|CONSTRUCTION|Construcciones Ibáñez
ES|COMPUTER_SOFTWARE|Luciérnaga Datos
IT|MACHINERY|Officine Bianchi
IT|TEXTILES|Tessitura Pellegrini
IT|FOOD_BEVERAGES|Pastificio Fabbri
IT|AUTOMOTIVE|Carrozzeria Moretti
PL|LOGISTICS_AND_SUPPLY_CHAIN|Wiśniewska Spedycja
PL|COMPUTER_SOFTWARE|Żubr Software
PL|MACHINERY|Zakłady Mechaniczne Łoziński
IN|HOSPITAL_HEALTH_CARE|Sarovar Health
IN|INFORMATION_TECHNOLOGY_AND_SERVICES|Banyan Infotech
IN|TEXTILES|Kaveri Mills
IN|FOOD_BEVERAGES|मसाला घर
JP|MACHINERY|株式会社北斗精機
JP|LOGISTICS_AND_SUPPLY_CHAIN|有限会社みなと運送
JP|FOOD_BEVERAGES|さくら食品
JP|INDUSTRIAL_AUTOMATION|ヒカリ制御
GR|HOSPITALITY|Ξενοδοχεία Αιγαίο
GR|FOOD_BEVERAGES|Ελαιώνες Μακρή
GR|TRANSPORTATION_TRUCKING_RAILROAD|Μεταφορές Βλάχος
UA|COMPUTER_SOFTWARE|Калина Софт
UA|LOGISTICS_AND_SUPPLY_CHAIN|Чайка Логістик
BG|MACHINERY|Витоша Машини
IL|COMPUTER_SOFTWARE|אלון מערכות
IL|MEDICAL_DEVICES|Galil Diagnostics
AE|CONSTRUCTION|شركة الخليج للبناء
AE|LOGISTICS_AND_SUPPLY_CHAIN|Creekside Cargo
KR|INDUSTRIAL_AUTOMATION|한빛로보틱스
KR|RETAIL|새벽상점
CN|MACHINERY|上海启明机械
CN|CONSUMER_GOODS|深圳海鸥家居
TH|FOOD_BEVERAGES|บ้านสวนอาหารไทย
TH|HOSPITALITY|Chao Phraya Stays
BR|FOOD_BEVERAGES|Café Serra Verde
BR|LOGISTICS_AND_SUPPLY_CHAIN|Transportes Valadão
ZA|RETAIL|Fynbos Traders
ZA|RENEWABLES_ENVIRONMENT|Karoo Solar
"""

SIZES = (
    # (fewest employees, most employees, weight)
    (1, 9, 14.0),
    (10, 49, 26.0),
    (50, 199, 27.0),
    (200, 999, 20.0),
    (1000, 4999, 9.0),
    (5000, 60000, 4.0),
)
