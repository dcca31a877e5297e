"""Names in other scripts, each with its Latin spelling in addresses."""

GIVEN = {
    "greek_script": """
        Ελένη:eleni Κατερίνα:katerina Μαρία:maria
        Σοφία:sofia Βασιλική:vasiliki Ιωάννα:ioanna
        Δέσποινα:despina Ανδρέας:andreas Γιώργος:giorgos
        Δημήτρης:dimitris Κώστας:kostas Νίκος:nikos
        Παναγιώτης:panagiotis Σπύρος:spyros Χρήστος:christos
        Άγγελος:angelos
    """,
    "cyrillic": """
        Анна:anna Валентина:valentina Галина:halyna
        Дарья:daria Екатерина:ekaterina Елена:elena
        Ірина:iryna Марія:mariia Наталія:nataliia
        Оксана:oksana Ольга:olga Соломія:solomiia
        Цветелина:tsvetelina Александър:alexander
        Богдан:bohdan Васил:vasil Володимир:volodymyr
        Георги:georgi Димитър:dimitar Євген:yevhen Иван:ivan
        Микола:mykola Николай:nikolay Пётр:petr
        Сергій:serhii Тарас:taras
    """,
    "arabic_script": """
        أمل:amal أمينة:amina خديجة:khadija رانيا:rania
        سلمى:salma فاطمة:fatima ليلى:layla مريم:maryam
        نور:noor هدى:huda ياسمين:yasmin أحمد:ahmad
        حسن:hassan خالد:khalid سامي:sami طارق:tariq
        عبد_الله:abdullah عمر:omar فيصل:faisal كريم:karim
        محمود:mahmoud مُصطفى:mustafa يوسف:youssef
    """,
    "hebrew": """
        אביגיל:avigail אורלי:orly דנה:dana חנה:hana
        טליה:talia יעל:yael מיכל:michal נועה:noa רות:ruth
        שירה:shira תמר:tamar אבנר:avner איתי:itay אלון:alon
        גלעד:gilad דוד:david יונתן:yonatan משה:moshe
        נדב:nadav עומר:omer רועי:roy שמעון:shimon
    """,
    "han": """
        芳:fang 静:jing 丽:li 敏:min 娜:na 婷:ting 秀英:xiuying
        雪:xue 玉兰:yulan 志伟:zhiwei 建国:jianguo 杰:jie 军:jun
        磊:lei 明:ming 强:qiang 涛:tao 伟:wei 晓东:xiaodong 勇:yong
        子轩:zixuan 𠮷明:jiming
    """,
    "kanji": """
        葵:aoi 明美:akemi 恵子:keiko 久美子:kumiko 美咲:misaki
        直子:naoko 桜:sakura 智子:tomoko 優子:yuko 由美:yumi 健太:kenta
        浩二:koji 真一:shinichi 翔:sho 大輔:daisuke 拓也:takuya
        正樹:masaki 悠斗:yuto 隆:takashi 純:jun
    """,
    "kana": """
        さくら:sakura ひなた:hinata あかり:akari ゆい:yui みどり:midori
        かおり:kaori めぐみ:megumi ハルカ:haruka マリコ:mariko ケンジ:kenji
        タロウ:taro ヒロシ:hiroshi シンジ:shinji アユム:ayumu ﾕｳｺ:yuko
    """,
    "hangul": """
        민지:minji 서연:seoyeon 지우:jiwoo 하은:haeun 수빈:subin
        유나:yuna 은지:eunji 혜진:hyejin 영희:younghee 민준:minjun
        도윤:doyun 지훈:jihoon 현우:hyunwoo 준호:junho 상훈:sanghoon
        성민:sungmin 재민:jaemin 태양:taeyang
    """,
    "devanagari": """
        अनन्या:ananya आरती:aarti कविता:kavita दीपा:deepa
        नेहा:neha पूजा:pooja प्रिया:priya मीरा:meera
        श्रेया:shreya सुनीता:sunita अर्जुन:arjun अशोक:ashok
        आदित्य:aditya कृष्ण:krishna गौरव:gaurav निखिल:nikhil
        राजेश:rajesh विक्रम:vikram संजय:sanjay हर्ष:harsh
    """,
    "thai": """
        กนกวรรณ:kanokwan จันทร์เพ็ญ:chanpen ณัฐธิดา:natthida
        ปาริชาติ:parichat พิมพ์ชนก:phimchanok รัตนา:rattana
        ศิริพร:siriporn อรุณี:arunee กิตติ:kitti
        ชัยวัฒน์:chaiwat ณรงค์:narong ธนากร:thanakorn
        ประเสริฐ:prasert วิชัย:wichai สมชาย:somchai
        สุรศักดิ์:surasak
    """,
}

FAMILY = {
    "greek_script": """
        Αλεξίου:alexiou Αναγνώστου:anagnostou
        Αντωνίου:antoniou Βλάχος:vlachos
        Γεωργιάδης:georgiadis Δημητρίου:dimitriou
        Ζερβάς:zervas Θεοδώρου:theodorou Ιωάννου:ioannou
        Καραγιάννης:karagiannis Κατσαρός:katsaros
        Μακρής:makris Νικολαΐδης:nikolaidis
        Παπαδόπουλος:papadopoulos Στεφάνου:stefanou
        Οικονόμου:oikonomou
    """,
    "cyrillic": """
        Бондаренко:bondarenko Бойко:boyko Георгиев:georgiev
        Димитрова:dimitrova Захарченко:zakharchenko
        Іваненко:ivanenko Иванова:ivanova
        Коваленко:kovalenko Кравець:kravets Лисенко:lysenko
        Марков:markov Мельник:melnyk Николов:nikolov
        Олійник:oliinyk Петренко:petrenko Стоянова:stoyanova
        Ткаченко:tkachenko Тодоров:todorov Христов:hristov
        Шевчук:shevchuk Щербань:shcherban Янків:yankiv
    """,
    "arabic_script": """
        الأمين:alamin البكري:albakri الحداد:alhaddad
        الخطيب:alkhatib الخوري:alkhoury السيد:alsayed
        الفارسي:alfarsi القاسم:alqasim المنصوري:almansouri
        النجار:alnajjar الهاشمي:alhashimi حمدان:hamdan
        درويش:darwish رحمن:rahman سليمان:suleiman
        شاهين:shaheen عباس:abbas غانم:ghanem منصور:mansour
        ناصر:nasser
    """,
    "hebrew": """
        אברהם:avraham ביטון:biton בן־דוד:bendavid גולן:golan
        דהן:dahan חדד:hadad יוסף:yosef כהן:cohen לוי:levi
        מזרחי:mizrahi נחום:nahum עמר:amar פרידמן:friedman
        פרץ:peretz צור:tzur רוזן:rosen שפירא:shapira
        שרון:sharon
    """,
    "han": """
        陈:chen 邓:deng 冯:feng 高:gao 郭:guo 何:he 胡:hu 黄:huang
        李:li 梁:liang 林:lin 刘:liu 罗:luo 马:ma 欧阳:ouyang 孙:sun
        唐:tang 王:wang 吴:wu 谢:xie 徐:xu 许:xu 杨:yang 张:zhang
        赵:zhao 郑:zheng 周:zhou 朱:zhu
    """,
    "kanji": """
        伊藤:ito 加藤:kato 吉田:yoshida 高橋:takahashi 佐々木:sasaki
        佐藤:sato 山口:yamaguchi 山田:yamada 山本:yamamoto
        小林:kobayashi 松本:matsumoto 清水:shimizu 斎藤:saito
        中村:nakamura 田中:tanaka 渡邉:watanabe 鈴木:suzuki
        林:hayashi 髙島:takashima 齋藤:saito
    """,
    "kana": """
        いとう:ito かとう:kato さとう:sato すずき:suzuki たなか:tanaka
        なかむら:nakamura やまだ:yamada ワタナベ:watanabe ヨシダ:yoshida
        コバヤシ:kobayashi サイトウ:saito ｽｽﾞｷ:suzuki
    """,
    "hangul": """
        강:kang 권:kwon 김:kim 남궁:namgung 류:ryu 문:moon 박:park
        배:bae 백:baek 서:seo 송:song 신:shin 안:ahn 오:oh 윤:yoon
        이:lee 임:lim 장:jang 정:jung 조:cho 최:choi 한:han 홍:hong
        황:hwang
    """,
    "devanagari": """
        अग्रवाल:agarwal कपूर:kapoor कुलकर्णी:kulkarni
        गुप्ता:gupta चौधरी:chaudhary जोशी:joshi
        तिवारी:tiwari देशपांडे:deshpande पटेल:patel
        मिश्रा:mishra मेहता:mehta यादव:yadav वर्मा:verma
        शर्मा:sharma शाह:shah सिंह:singh
        श्रीवास्तव:srivastava
    """,
    "thai": """
        แก้วมณี:kaewmanee จันทร์ดี:chandee ใจดี:jaidee
        ทองสุข:thongsuk บุญมี:boonmee พงษ์ศักดิ์:phongsak
        รุ่งเรือง:rungruang วงศ์สุวรรณ:wongsuwan
        ศรีสุข:srisuk สายทอง:saithong สุขใจ:sukjai
        อินทร์แก้ว:inkaew
    """,
}

EMOJI = ["🚀", "✨", "🌱", "👩\u200d💻", "🦊", "☕", "🇮🇪", "🏳️\u200d🌈", "🔥", "👋🏽"]
"""Additions after a name; several are more than one code point wide."""
