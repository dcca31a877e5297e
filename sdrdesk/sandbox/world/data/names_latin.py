"""Given and family names in Latin letters, by culture."""

GIVEN = {
    "english": """
        Ada Alice Amelia Beatrice Charlotte Chloe Claire Daisy Edith Eleanor Emma Evelyn Faith
        Florence Frances Georgia Grace Hannah Harriet Isabel Ivy Jane Julia Kate Laura Lily Lucy
        Mabel Margaret Martha Megan Molly Nora Olivia Phoebe Rachel Rebecca Rose Ruth Sarah
        Sophie Stella Tessa Victoria Violet Adam Alfred Andrew Arthur Benjamin Bruce Callum
        Charles Daniel David Duncan Edmund Edward Felix Francis Frank George Gordon Graham
        Harold Harvey Henry Hugh Jack James Joseph Keith Leonard Lewis Malcolm Martin Miles
        Nathan Neil Oliver Oscar Patrick Peter Philip Ralph Robert Rory Rupert Samuel Simon
        Stanley Stephen Theodore Thomas Tobias Toby Victor Walter William
    """,
    "irish": """
        Aoife Bríd Caoimhe Ciara Clodagh Deirdre Eimear Fionnuala Gráinne Maeve Méabh Niamh
        Nuala Orla Róisín Saoirse Sinéad Siobhán Sorcha Úna Aidan Brendan Cathal Ciarán Colm
        Conor Cormac Declan Diarmuid Donal Eoin Fergal Fiachra Finbarr Fintan Lorcan Oisín
        Pádraig Rónán Ruairí Séamus Tadhg
    """,
    "german": """
        Anke Annegret Birgit Britta Claudia Dörte Elke Franziska Friederike Gisela Greta Heike
        Ilse Jana Jutta Käthe Lena Liesel Mareike Monika Renate Sabine Silke Ulrike Uta Wiebke
        Andreas Bernd Christoph Dieter Eckhard Fabian Florian Götz Günther Hannes Heinrich
        Holger Jens Jörg Jürgen Karsten Klaus Konrad Lothar Lukas Matthias Moritz Norbert Ralf
        Rainer Rüdiger Sebastian Sönke Thorsten Uwe
    """,
    "french": """
        Adèle Agathe Amélie Anaïs Béatrice Camille Capucine Céline Chloé Clémence Élise Éloïse
        Geneviève Hélène Inès Joséphine Léa Léonie Maëlle Margaux Noémie Océane Solène Sylvie
        Zoé Adrien Aurélien Baptiste Benoît Cédric Clément Étienne Fabrice François Frédéric
        Gaël Gérard Guillaume Hervé Jérôme Joël Loïc Mathieu Noël Olivier Pascal Rémi Sébastien
        Théo Thibault Yannick Yves
    """,
    "spanish": """
        Adriana Alba Amparo Ana Begoña Carmen Celia Elena Esperanza Inés Jimena Leticia Lourdes
        Lucía Maite Marisol Mercedes Mónica Nuria Paloma Pilar Rocío Sofía Ximena Alejandro
        Álvaro Andrés Ángel César Diego Emilio Esteban Fermín Gonzalo Héctor Íñigo Jaime Javier
        Jesús Joaquín José Julián Martín Matías Nicolás Óscar Pablo Ramón Raúl Rubén Santiago
        Tomás
    """,
    "italian": """
        Alessia Antonella Beatrice Chiara Cinzia Donatella Federica Fiorella Francesca Giada
        Giulia Ilaria Ludovica Marta Michela Nicoletta Ornella Paola Serena Silvia Valeria
        Alessandro Andrea Carlo Corrado Davide Edoardo Enzo Fabio Filippo Giacomo Giancarlo
        Gianluca Lorenzo Luca Marco Massimo Matteo Niccolò Pierluigi Riccardo Salvatore Stefano
        Tommaso Umberto
    """,
    "nordic": """
        Agnes Annika Astrid Åsa Birgitta Ebba Elin Elsa Freja Gunilla Hedda Ingrid Kajsa Karin
        Linnéa Maja Märta Ragnhild Saga Sigrid Sofia Solveig Tuva Wilma Åke Anders Arvid Axel
        Björn Einar Elias Erik Gösta Gustav Håkan Isak Jörgen Jonas Lars Måns Magnus Mårten Nils
        Olle Oskar Östen Per Rasmus Rune Sören Sven Torbjörn
    """,
    "dutch": """
        Anneke Annelies Brechtje Carlijn Coen Daan Els Femke Geert Hanneke Ilse Jasper Jeroen
        Joost Jurriaan Karlijn Lieke Lotte Maaike Marijke Marloes Mieke Noortje Pieter Roel Ruud
        Saskia Sjoerd Tjitske Thijs Willemijn Wouter Bram Bas Casper Diederik Evert Floris Gijs
        Hidde Jelle Koen
    """,
    "polish": """
        Agnieszka Aleksandra Beata Bożena Danuta Elżbieta Ewa Grażyna Halina Iwona Jadwiga
        Joanna Katarzyna Kinga Łucja Małgorzata Paulina Urszula Zofia Żaneta Andrzej Bartosz
        Bogdan Czesław Dariusz Grzegorz Jacek Jarosław Jerzy Kamil Krzysztof Łukasz Maciej
        Michał Mieczysław Paweł Przemysław Rafał Sławomir Stanisław Szymon Tadeusz Wojciech
        Zbigniew
    """,
    "portuguese": """
        Ana Beatriz Benedita Catarina Clara Conceição Fernanda Filipa Graça Inês Isaura Joana
        Lúcia Luísa Mafalda Margarida Marília Matilde Nádia Rita Sílvia Teresa Adão António
        Armando Artur Augusto Caetano Domingos Duarte Estêvão Fábio Gaspar Gonçalo Hélder João
        Joaquim Jorge Leandro Lourenço Luís Manuel Mário Nélson Nuno Paulo Plínio Rui Sebastião
        Simão Tiago Vasco
    """,
    "turkish": """
        Ayşe Aylin Burcu Çiğdem Defne Ebru Elif Esra Feride Gülay Gülşen İpek Nilüfer Özge Pınar
        Selin Şebnem Yıldız Zeynep Ahmet Baran Burak Cem Çağlar Deniz Emre Erdoğan Ferhat Görkem
        Hakan İlker Kaan Mehmet Murat Oğuz Onur Ömer Serkan Şahin Tolga Uğur Volkan Yılmaz Yusuf
    """,
    "arabic": """
        Amal Amina Dalia Farah Fatima Hala Hanan Huda Jamila Khadija Laila Lina Maryam Mona
        Nadia Noor Rania Salma Samira Yasmin Zainab Abdullah Adel Ahmad Amir Bilal Fadi Faisal
        Hamza Hassan Ibrahim Idris Jamal Karim Khalid Mahmoud Mustafa Nabil Omar Rashid Sami
        Tariq Walid Yasin Youssef Ziad
    """,
    "indian": """
        Aarti Aditi Ananya Anjali Deepa Divya Geeta Isha Kavita Lakshmi Lata Meera Nandini Neha
        Pooja Priya Radha Rekha Shreya Sunita Swati Uma Vidya Aditya Ajay Anil Arjun Ashok
        Bharat Deepak Gaurav Harish Karthik Kiran Manish Mohan Nikhil Pranav Rahul Rajesh Ravi
        Rohan Sandeep Sanjay Suresh Varun Vijay Vikram Vivek
    """,
    "chinese": """
        Bing Chao Chen Dan Fang Fei Gang Guo Hai Hong Hua Hui Jia Jian Jie Jing Jun Kai Lan Lei
        Li Lin Ling Mei Min Na Ning Peng Ping Qiang Qing Rui Shan Tao Ting Wei Xia Xiao Xin Xue
        Yan Yi Ying Yu Yuan Yun Zhen Zhi
    """,
    "korean": """
        Eun-ji Ha-eun Hye-jin Ji-woo Ji-young Min-ji Seo-yeon So-young Soo-bin Yoo-na Dae-ho
        Do-yun Hyun-woo Jae-min Ji-hoon Joon-ho Min-jun Sang-hoon Seung-ho Sung-min Tae-yang
        Young-ho
    """,
    "greek": """
        Aikaterini Anastasia Despina Eleni Evangelia Ioanna Katerina Maria Sofia Vasiliki
        Andreas Apostolos Christos Dimitris Giannis Giorgos Kostas Manolis Nikos Panagiotis
        Spyros Stavros Yiannis
    """,
    "african": """
        Abeni Adaeze Adwoa Akua Ama Amara Ayanda Chiamaka Folake Ifeoma Lindiwe Nandi Naledi
        Ngozi Nomvula Thandiwe Wanjiru Yetunde Zanele Ayodele Babajide Chidi Chukwuemeka
        Dumisani Emeka Femi Kagiso Kofi Kwame Kwasi Lethabo Mandla Nnamdi Obinna Olumide Sipho
        Tendai Themba Thabo Tunde
    """,
    "ukrainian": """
        Halyna Iryna Kateryna Ksenia Larysa Lesia Mariia Nataliia Oksana Olena Solomiia Tetiana
        Yuliia Andriy Bohdan Danylo Dmytro Ihor Ivan Maksym Mykola Oleksandr Ostap Petro Roman
        Serhiy Taras Volodymyr Yaroslav Yevhen
    """,
}

FAMILY = {
    "english": """
        Abbott Ainsworth Appleby Archer Ashdown Atwood Barlow Bates Beckett Bellamy Birch
        Blackwood Bradshaw Bramley Briggs Brooks Burgess Byrne Caldwell Carver Chapman Clarke
        Cobb Collier Cooper Crawford Croft Dawson Denham Draper Easton Ellery Fairfax Fenwick
        Fletcher Foster Garland Gibbons Goodwin Greaves Hale Hardy Harlow Hartley Hawthorn
        Hayward Holloway Hurst Ingram Jarvis Kendall Kirby Lambert Langley Lockwood Lowell
        Marlow Marsh Mercer Middleton Norwood Oakley Osborne Palmer Parrish Pemberton Prescott
        Quimby Radcliffe Redfern Rowe Sawyer Shelby Shepherd Sinclair Stanton Stokes Sutton
        Talbot Thackeray Thorne Tillman Underhill Vance Wainwright Walden Warwick Webb Whitaker
        Winslow Woodward Wyatt O'Dell D'Arcy Smith-Jones St.Clair
    """,
    "irish": """
        Ahern Boylan Breathnach Brennan Byrne Callaghan Carroll Casey Cleary Connolly Costello
        Cullen Daly Doherty Donnelly Duggan Fahey Farrell Fitzpatrick Foley Gallagher Hanrahan
        Healy Kavanagh Keane Kinsella Lenihan MacCarthy McGrath McNamara Mulcahy Nolan Ó_Briain
        O'Connor O'Driscoll O'Sullivan Quirke Rafferty Scanlon Sheehan Tierney Ní_Dhomhnaill
    """,
    "german": """
        Albrecht Baumgärtner Becker Böhm Brandt Dietrich Eberhardt Engelmann Fischer Förster
        Friedrich Geißler Größmann Grünwald Haas Hartmann Heßling Hübner Jäger Kaufmann Köhler
        Krämer Krüger Kühn Lindemann Löffler Lorenz Möller Müller Neumann Oßwald Pfeiffer
        Reinhardt Richter Rößler Schäfer Schönfeld Schröder Schulze Steinbach Strauß Thümmler
        Vogt von_Ahlen Wagner Weiß Zöllner Müller-Lüdenscheid
    """,
    "french": """
        Barthélemy Beaumont Bélanger Benoît Bérard Chevalier Côté D'Aubigné de_La_Tour Delacroix
        Desrosiers Dupré Fabre Faucheux Forêt Gagné Gauthier Girard Hébert Joubert Lachaîne
        Lefèvre Lemaître Lévêque L'Hôte Marchand Mercier Michaud Noël Pelletier Perreault Rénier
        Rousseau Saint-Exupère Séguin Tremblay Vachon Villeneuve
    """,
    "spanish": """
        Aguirre Álvarez Barrera Bermúdez Calderón Cárdenas Castañeda Cordero de_la_Fuente
        Domínguez Echeverría Fernández Gálvez Garcés Gutiérrez Hernández Ibáñez Jiménez Lozano
        Márquez Méndez Muñoz Núñez Ordóñez Ortega Peña Quiñones Ramírez Ríos Rodríguez Sáenz
        Salcedo Sánchez Treviño Urrutia Valdés Vázquez Yáñez Zúñiga
    """,
    "italian": """
        Amato Barbieri Bellini Bianchi Bruno Caruso Colombo Conti Costa D'Angelo De_Luca
        Del_Piero Esposito Fabbri Ferrara Fontana Galli Gentile Greco Leone Lombardi Longo
        Mancini Marchetti Martini Moretti Neri Orsini Palumbo Pellegrini Ricci Rinaldi Romano
        Russo Sartori Serra Testa Valentini Vitale Zanetti
    """,
    "nordic": """
        Åberg Åkesson Ahlström Andersson Bergström Björklund Blomqvist Dahl Ekström Engström
        Forsberg Friberg Grönlund Gunnarsson Hägglund Hedlund Holmgren Isaksson Jakobsson
        Källström Kjellberg Lindqvist Lövgren Lundström Mårtensson Nyström Öberg Östlund Pålsson
        Sandström Sjöberg Söderberg Strömberg Törnqvist Wallén Wikström
    """,
    "dutch": """
        van_den_Berg Bakker de_Boer Bosman Brouwer van_Dijk Dekker Dijkstra van_der_Heijden
        Hoekstra Hendriks de_Jong Janssen Kuiper van_Leeuwen Meijer Mulder Postma Prins van_Rijn
        de_Ruiter Schouten Smits Terpstra Timmermans Veenstra Verhoeven Vermeulen Visser
        de_Vries van_'t_Hof Willems
    """,
    "polish": """
        Adamczyk Bąk Błaszczyk Borkowski Chmielewski Czerwiński Dąbrowska Dębski Głowacki
        Grabowski Jabłoński Jaworska Kaczmarek Kołodziej Kowalczyk Król Krawczyk Łoziński
        Maciejewski Mróz Nowak Ostrowski Pawłowska Piątek Rutkowski Sikora Szczepański Szymański
        Ślusarczyk Urbański Wąsik Wieczorek Wiśniewska Wróbel Zając Zawadzki Żurek
    """,
    "portuguese": """
        Abrantes Almeida Araújo Assunção Azevedo Barros Brandão Câmara Cardoso Conceição Corrêa
        Couto Damião Esteves Falcão Figueiredo Frazão Galvão Gonçalves Guimarães Leitão
        Magalhães Marinho Moutinho Nóbrega Palhares Peçanha Queirós Quintão Rebelo Sá Salomão
        Simões Taveira Valadão Vilaça
    """,
    "turkish": """
        Aksoy Akyüz Arslan Aydın Bozkurt Bulut Çelik Çetin Demirci Doğan Erdem Güneş Gürbüz İnan
        Karaca Kaya Kılıç Koç Korkmaz Öztürk Özdemir Polat Şahin Şimşek Tekin Turan Uysal
        Yıldırım
    """,
    "arabic": """
        Abbas Al-Amin Al-Farsi Al-Hashimi Al-Khatib Al-Mansouri Al-Najjar Al-Sayed Aziz Bakri
        Barakat Darwish El-Masri Ghanem Haddad Hakim Hamdan Issa Jaber Kassem Khoury Mansour
        Nasser Qasim Rahman Saleh Shaheen Suleiman Tawfiq Younis Zaki
    """,
    "indian": """
        Agarwal Ahuja Bhat Bhattacharya Chandra Chatterjee Chopra Das Desai Deshpande Gupta Iyer
        Iyengar Joshi Kapoor Kulkarni Kumar Malhotra Mehta Menon Mishra Nair Narayanan Pillai
        Patel Rao Reddy Saxena Shah Sharma Shetty Singh Srinivasan Subramanian Tiwari Trivedi
        Varma Venkatesan
    """,
    "chinese": """
        Cai Chen Cheng Deng Ding Fan Feng Gao Guo Han He Hu Huang Jiang Jin Li Liang Lin Liu Lu
        Luo Ma Pan Peng Qian Ren Shen Song Su Sun Tang Tian Wang Wu Xie Xu Yang Yao Yu Yuan Zeng
        Zhang Zhao Zheng Zhou Zhu Lü
    """,
    "korean": """
        Ahn Bae Baek Cho Choi Chung Han Hong Hwang Jang Jeong Jung Kang Kim Kwon Lee Lim Moon
        Nam Oh Park Ryu Seo Shin Song Yang Yoon
    """,
    "greek": """
        Alexiou Anagnostou Antoniou Dimitriou Economou Georgiadis Ioannou Karagiannis Katsaros
        Konstantinou Makris Nikolaidis Papadopoulos Papageorgiou Stefanou Theodorou Vlachos
        Zervas
    """,
    "african": """
        Abara Adebayo Adeyemi Afolabi Agyeman Amoah Asante Balogun Boateng Botha Chukwu Dlamini
        Eze Kamau Khumalo Mbeki Mensah Mokoena Mutasa Nkosi Ndlovu Nwosu Obi Ogunleye Okafor
        Okonkwo Osei Owusu Sithole Tshabalala van_Wyk Zulu
    """,
    "ukrainian": """
        Bondarenko Boyko Hrytsenko Ivanchuk Kovalchuk Kovalenko Kravets Lysenko Marchenko Melnyk
        Moroz Oliynyk Petrenko Polishchuk Rudenko Savchenko Shevchuk Tkachenko Tymoshenko
        Zinchenko
    """,
}
