"""The accounts that a small organisation meets: number and label, one a line.

After the plan comptable général (règlement ANC 2014-03 as changed by 2022-06, for years opened from 1 January 2025) and,
for associations, foundations and endowment funds, the règlement ANC 2018-06. A selection: what is not here keeps the label
of its nearest root.
"""

from __future__ import annotations

GENERAL = """
1 Comptes de capitaux
10 Capital et réserves
101 Capital
1013 Capital souscrit - appelé, versé
106 Réserves
1061 Réserve légale
1063 Réserves statutaires ou contractuelles
1068 Autres réserves
108 Compte de l'exploitant
11 Report à nouveau
110 Report à nouveau - solde créditeur
119 Report à nouveau - solde débiteur
12 Résultat de l'exercice
120 Résultat de l'exercice - bénéfice
129 Résultat de l'exercice - perte
13 Subventions d'investissement
131 Subventions d'investissement octroyées
139 Subventions d'investissement inscrites au compte de résultat
15 Provisions
151 Provisions pour risques
158 Autres provisions pour charges
16 Emprunts et dettes assimilées
164 Emprunts auprès des établissements de crédit
165 Dépôts et cautionnements reçus
168 Autres emprunts et dettes assimilées
2 Comptes d'immobilisations
20 Immobilisations incorporelles
205 Concessions et droits similaires, brevets, licences, logiciels
208 Autres immobilisations incorporelles
21 Immobilisations corporelles
211 Terrains
213 Constructions
215 Installations techniques, matériel et outillage industriels
218 Autres immobilisations corporelles
2181 Installations générales, agencements, aménagements divers
2182 Matériel de transport
2183 Matériel de bureau et matériel informatique
2184 Mobilier
23 Immobilisations en cours
26 Participations et créances rattachées à des participations
261 Titres de participation
27 Autres immobilisations financières
271 Titres immobilisés autres que les titres immobilisés de l'activité de portefeuille
274 Prêts
275 Dépôts et cautionnements versés
28 Amortissements des immobilisations
280 Amortissements des immobilisations incorporelles
281 Amortissements des immobilisations corporelles
29 Dépréciations des immobilisations
3 Comptes de stocks et en-cours
31 Matières premières et fournitures
32 Autres approvisionnements
33 En-cours de production de biens
34 En-cours de production de services
35 Stocks de produits
37 Stocks de marchandises
39 Dépréciations des stocks et en-cours
4 Comptes de tiers
40 Fournisseurs et comptes rattachés
401 Fournisseurs
4011 Fournisseurs - achats de biens et prestations de services
4017 Fournisseurs - retenues de garantie
4018 Fournisseurs - à compenser
404 Fournisseurs d'immobilisations
408 Fournisseurs - factures non parvenues
409 Fournisseurs débiteurs
41 Clients et comptes rattachés
411 Clients
4111 Clients - ventes de biens ou de prestations de services
4117 Clients - retenues de garantie
4118 Clients - à compenser
416 Clients douteux ou litigieux
418 Clients - produits non encore facturés
419 Clients créditeurs
42 Personnel et comptes rattachés
421 Personnel - rémunérations dues
425 Personnel - avances et acomptes
428 Personnel - charges à payer et produits à recevoir
43 Sécurité sociale et autres organismes sociaux
431 Sécurité sociale
437 Autres organismes sociaux
438 Organismes sociaux - charges à payer et produits à recevoir
44 État et autres collectivités publiques
441 État - subventions et aides à recevoir
443 Opérations particulières avec l'État, les collectivités publiques, les organismes internationaux
444 État - impôts sur les bénéfices
445 État - taxes sur le chiffre d'affaires
4455 Taxes sur le chiffre d'affaires à décaisser
44551 TVA à décaisser
4456 Taxes sur le chiffre d'affaires déductibles
44562 TVA sur immobilisations
44564 TVA déductible en attente de règlement
44566 TVA sur autres biens et services
44567 Crédit de TVA à reporter
4457 Taxes sur le chiffre d'affaires collectées
44571 TVA collectée
44574 TVA collectée en attente de règlement
4458 Taxes sur le chiffre d'affaires à régulariser ou en attente
44583 Remboursement de taxes sur le chiffre d'affaires demandé
44586 Taxes sur le chiffre d'affaires sur factures non parvenues
44587 Taxes sur le chiffre d'affaires sur factures à établir
447 Autres impôts, taxes et versements assimilés
45 Groupe et associés
455 Associés - comptes courants
457 Associés - dividendes à payer
46 Débiteurs divers et créditeurs divers
462 Créances sur cessions d'immobilisations
467 Divers comptes débiteurs et produits à recevoir
468 Divers - charges à payer et produits à recevoir
47 Comptes transitoires ou d'attente
471 Comptes d'attente
48 Comptes de régularisation
486 Charges constatées d'avance
487 Produits constatés d'avance
49 Dépréciations des comptes de tiers
491 Dépréciations des comptes de clients
5 Comptes financiers
50 Valeurs mobilières de placement
51 Banques, établissements financiers et assimilés
511 Valeurs à l'encaissement
512 Banques
517 Autres organismes financiers
5178 Crédit mutuel entre organisations
53 Caisse
530 Caisse
54 Régies d'avances et accréditifs
58 Virements internes
580 Virements internes
6 Comptes de charges
60 Achats
601 Achats stockés - matières premières et fournitures
602 Achats stockés - autres approvisionnements
603 Variation des stocks
604 Achats d'études et prestations de services
605 Achats de matériel, équipements et travaux
606 Achats non stockés de matières et fournitures
6061 Fournitures non stockables (eau, énergie)
6063 Fournitures d'entretien et de petit équipement
6064 Fournitures administratives
607 Achats de marchandises
609 Rabais, remises et ristournes obtenus sur achats
61 Services extérieurs
611 Sous-traitance générale
613 Locations
6132 Locations immobilières
6135 Locations mobilières
614 Charges locatives et de copropriété
615 Entretien et réparations
616 Primes d'assurances
617 Études et recherches
618 Divers
6185 Frais de colloques, séminaires, conférences
62 Autres services extérieurs
621 Personnel extérieur à l'entité
622 Rémunérations d'intermédiaires et honoraires
6226 Honoraires
623 Publicité, publications, relations publiques
6231 Annonces et insertions
6233 Foires et expositions
6234 Cadeaux à la clientèle
624 Transports de biens et transports collectifs du personnel
625 Déplacements, missions et réceptions
6251 Voyages et déplacements
6256 Missions
6257 Réceptions
626 Frais postaux et frais de télécommunications
627 Services bancaires et assimilés
628 Divers
6281 Concours divers (cotisations)
6284 Frais de recrutement de personnel
63 Impôts, taxes et versements assimilés
631 Impôts, taxes et versements assimilés sur rémunérations
633 Impôts, taxes et versements assimilés sur rémunérations (autres organismes)
635 Autres impôts, taxes et versements assimilés
64 Charges de personnel
641 Rémunérations du personnel
645 Cotisations de sécurité sociale et de prévoyance
647 Autres cotisations sociales
648 Autres charges de personnel
649 Remboursements de charges de personnel
65 Autres charges de gestion courante
651 Redevances pour concessions, brevets, licences, logiciels
654 Pertes sur créances irrécouvrables
658 Pénalités et autres charges
66 Charges financières
661 Charges d'intérêts
665 Escomptes accordés
67 Charges exceptionnelles
672 Charges sur exercices antérieurs
678 Autres charges exceptionnelles
68 Dotations aux amortissements, aux dépréciations et aux provisions
681 Dotations - charges d'exploitation
69 Participation des salariés, impôts sur les bénéfices et assimilés
695 Impôts sur les bénéfices
7 Comptes de produits
70 Ventes de produits fabriqués, prestations de services, marchandises
701 Ventes de produits finis
704 Travaux
705 Études
706 Prestations de services
7061 Formations et animations
7062 Prestations de transport
7063 Espaces publicitaires
707 Ventes de marchandises
7071 Ventes de biens d'occasion
708 Produits des activités annexes
7083 Locations diverses
709 Rabais, remises et ristournes accordés
71 Production stockée
72 Production immobilisée
74 Subventions
741 Subventions d'exploitation
75 Autres produits de gestion courante
751 Redevances pour concessions, brevets, licences, logiciels
752 Revenus des immeubles non affectés aux activités professionnelles
757 Produits des cessions d'immobilisations incorporelles et corporelles
758 Indemnités et autres produits
76 Produits financiers
761 Produits de participations
765 Escomptes obtenus
768 Autres produits financiers
77 Produits exceptionnels
772 Produits sur exercices antérieurs
778 Autres produits exceptionnels
78 Reprises sur amortissements, dépréciations et provisions
781 Reprises - produits d'exploitation
8 Comptes spéciaux
80 Engagements
89 Bilan
890 Bilan d'ouverture
891 Bilan de clôture
"""

ASSOCIATIVE = """
10 Fonds propres et réserves
102 Fonds propres sans droit de reprise
103 Fonds propres avec droit de reprise
106 Réserves
1068 Réserves pour projet de l'entité
12 Excédent ou déficit de l'exercice
120 Excédent de l'exercice
129 Déficit de l'exercice
19 Fonds dédiés ou reportés
194 Fonds dédiés sur subventions d'exploitation
195 Fonds dédiés sur contributions financières d'autres organismes
196 Fonds dédiés sur ressources liées à la générosité du public
4681 Frais des bénévoles
65 Autres charges de gestion courante
657 Aides financières
6571 Aides financières octroyées
6586 Cotisations (liens statutaires)
689 Reports en fonds dédiés
70 Ventes de biens et prestations de services
7073 Ventes de dons en nature
73 Concours publics
74 Subventions d'exploitation
740 Subventions d'exploitation
75 Autres produits de gestion courante
754 Ressources liées à la générosité du public
7541 Dons manuels
75411 Dons manuels non affectés
75412 Abandons de frais par les bénévoles
7542 Mécénat
755 Contributions financières d'autres organismes
756 Cotisations
7561 Cotisations sans contrepartie
7562 Cotisations avec contrepartie
789 Utilisations de fonds reportés et de fonds dédiés
86 Emplois des contributions volontaires en nature
860 Secours en nature
861 Mises à disposition gratuite de biens
862 Prestations
864 Personnel bénévole
87 Contributions volontaires en nature
870 Dons en nature
871 Prestations en nature
875 Bénévolat
"""
