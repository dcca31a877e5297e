"""Countries and cities with their time zones and safe telephone numbers.

A number pattern is ``country code|groups``: ``#`` is a random digit, groups are separated by blanks
and the trunk prefix is omitted. Numbers are from the blocks that regulators reserve for drama and
fiction (NANPA 555-01xx, Ofcom, ComReg 020 91x, Bundesnetzagentur, ARCEP, PTS, ACMA). In countries
without such a block the subscriber part begins with zeros, which no exchange serves.
"""

from __future__ import annotations

COUNTRIES = """
US|30|United States;USA;US;U.S.|en|english:56 spanish:16 indian:10 chinese:8 polish:5 arabic:5
GB|15|United Kingdom;UK;GB;England;Great Britain|en-gb|english:74 indian:12 irish:8 african:6
DE|10|Germany;Deutschland;DE;GERMANY|de|german:78 turkish:10 polish:6 greek:3 italian:3
CA|6|Canada;CA;CANADA|en-ca|english:55 french:22 indian:10 chinese:8 ukrainian:5
IE|5|Ireland;IE;Republic of Ireland;Éire|en-ie|irish:70 english:15 polish:10 african:5
FR|5|France;FR;france|fr|french:84 arabic:8 portuguese:5 italian:3
AU|4|Australia;AU;AUS|en-au|english:72 greek:6 chinese:10 indian:8 irish:4
SE|3|Sweden;SE;Sverige|sv|nordic:90 arabic:6 polish:4
NL|3|Netherlands;The Netherlands;NL;Nederland|nl|dutch:88 turkish:6 arabic:6
ES|3|Spain;España;ES|es|spanish:95 arabic:5
IT|2.5|Italy;Italia;IT|it|italian:96 arabic:4
PL|2|Poland;Polska;PL|pl|polish:97 ukrainian:3
IN|2|India;IN;Bharat|en-in|indian:60 devanagari:40
JP|2|Japan;日本;JP|ja|kanji:70 kana:30
GR|1.2|Greece;Ελλάδα;GR|el|greek_script:80 greek:20
UA|1|Ukraine;Україна;UA|uk|cyrillic:80 ukrainian:20
BG|0.6|Bulgaria;България;BG|bg|cyrillic:100
IL|1|Israel;ישראל;IL|he|hebrew:80 english:20
AE|1|United Arab Emirates;UAE;الإمارات;AE|ar|arabic_script:60 arabic:30 english:10
KR|0.8|South Korea;Korea;대한민국;KR|ko|hangul:85 korean:15
CN|0.7|China;中国;CN|zh-cn|han:90 chinese:10
TH|0.5|Thailand;ประเทศไทย;TH|th|thai:90 chinese:10
BR|1.2|Brazil;Brasil;BR|pt-br|portuguese:92 italian:8
ZA|0.6|South Africa;ZA;RSA|en-za|african:60 english:40
"""

CITIES = """
US|Boston|Massachusetts;MA|America/New_York|1|617 555 01##
US|New York|New York;NY|America/New_York|1|212 555 01##
US|Philadelphia|Pennsylvania;PA|America/New_York|1|215 555 01##
US|Atlanta|Georgia;GA|America/New_York|1|404 555 01##
US|Miami|Florida;FL|America/New_York|1|305 555 01##
US|Charlotte|North Carolina;NC|America/New_York|1|704 555 01##
US|Columbus|Ohio;OH|America/New_York|1|614 555 01##
US|Detroit|Michigan;MI|America/Detroit|1|313 555 01##
US|Chicago|Illinois;IL|America/Chicago|1|312 555 01##
US|Austin|Texas;TX|America/Chicago|1|512 555 01##
US|Dallas|Texas;TX|America/Chicago|1|214 555 01##
US|Nashville|Tennessee;TN|America/Chicago|1|615 555 01##
US|Minneapolis|Minnesota;MN|America/Chicago|1|612 555 01##
US|St. Louis|Missouri;MO|America/Chicago|1|314 555 01##
US|Denver|Colorado;CO|America/Denver|1|303 555 01##
US|Salt Lake City|Utah;UT|America/Denver|1|801 555 01##
US|Phoenix|Arizona;AZ|America/Phoenix|1|602 555 01##
US|Seattle|Washington;WA|America/Los_Angeles|1|206 555 01##
US|Portland|Oregon;OR|America/Los_Angeles|1|503 555 01##
US|San Francisco|California;CA|America/Los_Angeles|1|415 555 01##
US|Los Angeles|California;CA|America/Los_Angeles|1|213 555 01##
US|Honolulu|Hawaii;HI|Pacific/Honolulu|1|808 555 01##
US|Anchorage|Alaska;AK|America/Anchorage|1|907 555 01##
CA|Toronto|Ontario;ON|America/Toronto|1|416 555 01##
CA|Montréal|Québec;QC|America/Toronto|1|514 555 01##
CA|Calgary|Alberta;AB|America/Edmonton|1|403 555 01##
CA|Vancouver|British Columbia;BC|America/Vancouver|1|604 555 01##
CA|Halifax|Nova Scotia;NS|America/Halifax|1|902 555 01##
CA|St. John's|Newfoundland and Labrador;NL|America/St_Johns|1|709 555 01##
GB|London|England|Europe/London|44|20 7946 0###
GB|Leeds|England;West Yorkshire|Europe/London|44|113 496 0###
GB|Sheffield|England|Europe/London|44|114 496 0###
GB|Newcastle upon Tyne|England|Europe/London|44|191 498 0###
GB|Bristol|England|Europe/London|44|117 496 0###
GB|Reading|England;Berkshire|Europe/London|44|118 496 0###
GB|Birmingham|England|Europe/London|44|121 496 0###
GB|Edinburgh|Scotland|Europe/London|44|131 496 0###
GB|Glasgow|Scotland|Europe/London|44|141 496 0###
GB|Liverpool|England|Europe/London|44|151 496 0###
GB|Manchester|England;Greater Manchester|Europe/London|44|161 496 0###
GB|Cardiff|Wales|Europe/London|44|29 2018 0###
GB|Belfast|Northern Ireland|Europe/London|44|28 9649 6###
IE|Dublin|Leinster;Co. Dublin|Europe/Dublin|353|20 91# ####
IE|Cork|Munster;Co. Cork|Europe/Dublin|353|20 91# ####
IE|Galway|Connacht;Co. Galway|Europe/Dublin|353|20 91# ####
IE|Limerick|Munster|Europe/Dublin|353|20 91# ####
DE|Berlin|Berlin|Europe/Berlin|49|30 23125 ###
DE|Hamburg|Hamburg|Europe/Berlin|49|40 66969 ###
DE|Frankfurt am Main|Hessen|Europe/Berlin|49|69 90009 ###
DE|Köln|Nordrhein-Westfalen;NRW|Europe/Berlin|49|221 4710 ###
DE|München|Bayern|Europe/Berlin|49|89 99998 ###
FR|Paris|Île-de-France|Europe/Paris|33|1 99 00 ## ##
FR|Nantes|Pays de la Loire|Europe/Paris|33|2 61 91 ## ##
FR|Strasbourg|Grand Est|Europe/Paris|33|3 53 01 ## ##
FR|Lyon|Auvergne-Rhône-Alpes|Europe/Paris|33|4 65 71 ## ##
FR|Toulouse|Occitanie|Europe/Paris|33|5 36 49 ## ##
AU|Sydney|New South Wales;NSW|Australia/Sydney|61|2 5550 ####
AU|Melbourne|Victoria;VIC|Australia/Melbourne|61|3 5550 ####
AU|Brisbane|Queensland;QLD|Australia/Brisbane|61|7 5550 ####
AU|Adelaide|South Australia;SA|Australia/Adelaide|61|8 5550 ####
AU|Perth|Western Australia;WA|Australia/Perth|61|8 5550 ####
SE|Stockholm|Stockholms län|Europe/Stockholm|46|8 465 004 ##
SE|Göteborg|Västra Götaland|Europe/Stockholm|46|31 390 06 ##
SE|Malmö|Skåne|Europe/Stockholm|46|40 628 04 ##
NL|Amsterdam|Noord-Holland|Europe/Amsterdam|31|20 000 ####
NL|Rotterdam|Zuid-Holland|Europe/Amsterdam|31|10 000 ####
NL|Eindhoven|Noord-Brabant|Europe/Amsterdam|31|40 000 ####
ES|Madrid|Comunidad de Madrid|Europe/Madrid|34|910 00 ## ##
ES|Barcelona|Cataluña|Europe/Madrid|34|930 00 ## ##
ES|Las Palmas|Canarias|Atlantic/Canary|34|910 00 ## ##
IT|Milano|Lombardia;MI|Europe/Rome|39|02 0000 ####
IT|Roma|Lazio;RM|Europe/Rome|39|06 0000 ####
PL|Warszawa|Mazowieckie|Europe/Warsaw|48|22 000 ## ##
PL|Kraków|Małopolskie|Europe/Warsaw|48|12 000 ## ##
IN|Bengaluru|Karnataka|Asia/Kolkata|91|80 0000 ####
IN|Mumbai|Maharashtra|Asia/Kolkata|91|98000 0####
IN|New Delhi|Delhi|Asia/Kolkata|91|70000 0####
JP|Tokyo|Tokyo;東京都|Asia/Tokyo|81|60 000 ####
JP|Osaka|Osaka;大阪府|Asia/Tokyo|81|60 000 ####
GR|Athina|Attica;Αττική|Europe/Athens|30|21 0000 ####
GR|Thessaloniki|Central Macedonia|Europe/Athens|30|231 000 ####
UA|Kyiv|Kyiv;Київ|Europe/Kyiv|380|44 000 ## ##
BG|Sofia|Sofia;София|Europe/Sofia|359|2 400 0###
IL|Tel Aviv|Tel Aviv District|Asia/Jerusalem|972|3 000 ####
IL|Jerusalem|Jerusalem District|Asia/Jerusalem|972|2 000 ####
AE|Dubai|Dubai;دبي|Asia/Dubai|971|50 000 ####
AE|Abu Dhabi|Abu Dhabi|Asia/Dubai|971|50 000 ####
KR|Seoul|Seoul;서울|Asia/Seoul|82|10 0000 ####
KR|Busan|Busan;부산|Asia/Seoul|82|10 0000 ####
CN|Shanghai|Shanghai;上海|Asia/Shanghai|86|10 000 #####
CN|Shenzhen|Guangdong;广东|Asia/Shanghai|86|10 000 #####
TH|Bangkok|Bangkok;กรุงเทพ|Asia/Bangkok|66|2 000 ####
BR|São Paulo|São Paulo;SP|America/Sao_Paulo|55|11 90000 ####
BR|Manaus|Amazonas;AM|America/Manaus|55|92 90000 ####
ZA|Cape Town|Western Cape|Africa/Johannesburg|27|11 000 ####
ZA|Johannesburg|Gauteng|Africa/Johannesburg|27|11 000 ####
"""

MOBILES = """
US|1|917 555 01##
US|1|312 555 01##
US|1|713 555 01##
US|1|310 555 01##
US|1|720 555 01##
US|1|786 555 01##
CA|1|647 555 01##
CA|1|604 555 01##
GB|44|7700 900 ###
DE|49|171 39200 ##
DE|49|176 040690 ##
FR|33|6 39 98 ## ##
SE|46|70 174 06 9#
AU|61|491 570 006
AU|61|491 570 156
AU|61|491 570 157
AU|61|491 570 158
AU|61|491 570 159
AU|61|491 570 110
AU|61|491 570 313
AU|61|491 570 737
AU|61|491 571 266
AU|61|491 571 491
AU|61|491 571 804
AU|61|491 572 549
AU|61|491 572 665
AU|61|491 572 983
AU|61|491 573 770
AU|61|491 573 087
AU|61|491 574 118
AU|61|491 574 632
AU|61|491 575 254
AU|61|491 575 789
AU|61|491 576 398
"""

NO_TRUNK_PREFIX = frozenset({"1", "34", "39", "48", "30"})
"""Country codes whose national form has no leading zero to drop."""
