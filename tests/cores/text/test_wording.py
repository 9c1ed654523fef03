"""The ways in which people write a number, a bound, an hour or a period, and what each of them says."""

from __future__ import annotations

from datetime import date

import pytest

from bench.extraction import slot_of
from maillage.cores.text.criteria import read_criteria

TODAY = date(2026, 11, 28)
NUMBERS = """
loyer mensuel de 1 200,50 euros ⇒ rent eur/month 1200.5..1200.5
12 500,75 € ⇒ price eur 12500.75..12500.75
1 200,50 m² ⇒ surface m2 1200.5..1200.5
1.200,50 € ⇒ price eur 1200.5..1200.5
1 200.50 € ⇒ price eur 1200.5..1200.5
2 350,00€ ⇒ price eur 2350..2350
entre 1 200,50 et 1 500,75 € ⇒ price eur 1200.5..1500.75
de 1 200,50 à 1 500 € ⇒ price eur 1200.5..1500
3,5 à 1 200,5 kg ⇒ quantity kg 3.5..1200.5
un loyer n'excédant pas 1 200,50 € par mois ⇒ rent eur/month ..1200.5
12 chaises, 200,50 € ⇒ quantity chaise 12..12 ; price eur 200.5..200.5
3 500 000 € ⇒ price eur 3500000..3500000
1200,50 € ⇒ price eur 1200.5..1200.5
"""
NEGATIONS = """
pas moins de 80 m² ⇒ surface m2 80..
pas moins de 3 bénévoles ⇒ quantity benevole 3..
jamais moins de 3 jours par mois ⇒ duration day/month 3..
la surface ne doit pas être inférieure à 80 m² ⇒ surface m2 80..
pas en dessous de 80 m² ⇒ surface m2 80..
pas au-dessous de 500 € ⇒ price eur 500..
pas plus de 80 m² ⇒ surface m2 ..80
jamais plus de 3 jours par mois ⇒ duration day/month ..3
ne doit pas être supérieur à 500 € ⇒ price eur ..500
pas au-dessus de 500 € ⇒ price eur ..500
pas au delà de 200 m² ⇒ surface m2 ..200
à moins de 15 km ⇒ distance km ..15
pas à plus de 15 km ⇒ distance km ..15
pas à plus de 20 minutes ⇒ distance minute ..20
pas à plus d'une heure ⇒ distance minute ..60
pas à moins de 15 km ⇒ distance km 15..
avant le 15 mars ⇒ period ..2027-03-14
pas avant le 15 mars ⇒ period 2027-03-15..
pas disponible avant le 15 mars ⇒ period 2027-03-15..
pas avant fin mars ⇒ period 2027-03-21..
pas avant 3 mois ⇒ period 2027-02-28..
pas disponible avant trois semaines ⇒ period 2026-12-19..
avant 15 jours ⇒ period ..2026-12-13
pas avant lundi ⇒ period 2026-11-30..
jamais avant 2027 ⇒ period 2027-01-01..
après le 15 mars ⇒ period 2027-03-16..
pas après le 15 mars ⇒ period ..2027-03-15
jamais après juin ⇒ period ..2027-06-30
au-delà du 15 mars ⇒ period 2027-03-16..
pas au-delà du 15 mars ⇒ period ..2027-03-15
pas plus tard que le 15 mars ⇒ period ..2027-03-15
n'hésitez pas à appeler avant le 15 mars ⇒ period ..2027-03-14
"""
SIGNS = """
> 100 m² ⇒ surface m2 100..
surface>100 m² ⇒ surface m2 100..
≥ 250 m² ⇒ surface m2 250..
>= 250 m2 ⇒ surface m2 250..
< 500 € ⇒ price eur ..500
≤ 3 heures par semaine ⇒ duration hour/week ..3
<= 3 km ⇒ distance km ..3
-> 100 m² ⇒ surface m2 100..100
+ de 100 m² ⇒ surface m2 100..
100 m² et + ⇒ surface m2 100..
ouvert aux + de 18 ans ⇒ age year 18..
au delà de 200 m² ⇒ surface m2 200..
au-delà de 200 m² ⇒ surface m2 200..
200 m² et au delà ⇒ surface m2 200..
"""
CLOCK_OR_HOURS = """
à partir de 18 h ⇒ -
ouvert jusqu'à 22h ⇒ -
ouvert jusqu'à 22h tous les jours ⇒ -
dès 9 h ⇒ -
dès 18 h 30 et jusqu'à 22 h ⇒ -
à partir de 18 h de préférence ⇒ -
à partir de 18 heures ⇒ -
à partir de dix-huit heures ⇒ -
jusqu'à 22 heures ⇒ -
après 18 heures ⇒ -
avant 9 heures ⇒ -
pas après 22 heures ⇒ -
de 9 heures à 12 heures ⇒ -
de 9h à 18h tous les jours ⇒ -
à partir de 3 heures par semaine ⇒ duration hour/week 3..
à partir de 7 h par semaine ⇒ duration hour/week 7..
jusqu'à 10 heures par mois ⇒ duration hour/month ..10
jusqu'à 10 heures de bénévolat ⇒ duration hour ..10
jusqu'à 3 h de formation ⇒ duration hour ..3
jusqu'à 3 h par séance ⇒ duration hour ..3
jusqu'à 3 heures chaque jour ⇒ duration hour/day ..3
jusqu'à deux heures ⇒ duration hour ..2
durée : jusqu'à 10 heures ⇒ duration hour ..10
2h tous les jours ⇒ duration hour/day 2..2
de 2 heures à 3 heures ⇒ duration hour 2..3
90 minutes par semaine ⇒ duration hour/week 1.5..1.5
jusqu'à 90 minutes par semaine ⇒ duration hour/week ..1.5
de 30 minutes à 2 heures par semaine ⇒ duration hour/week 0.5..2
une séance de 45 minutes ⇒ duration hour 0.75..0.75
à 20 minutes de Limoges ⇒ distance minute ..20
trajet de 20 minutes ⇒ -
une heure trente ⇒ duration hour 1.5..1.5
deux heures quinze de ménage ⇒ duration hour 2.25..2.25
trois heures quarante-cinq par mois ⇒ duration hour/month 3.75..3.75
une heure trente à deux heures par semaine ⇒ duration hour/week 1.5..2
à moins d'une heure trente ⇒ distance minute ..90
à dix-huit heures trente ⇒ -
deux heures trente personnes ⇒ duration hour 2..2 ; quantity personne 30..30
"""
PERIODS = """
du 3 mars à fin juin ⇒ period 2027-03-03..2027-06-30
du 3 mars à la fin juin ⇒ period 2027-03-03..2027-06-30
du 3 mars à la fin du mois de juin ⇒ period 2027-03-03..2027-06-30
du 3 mars jusqu'à fin juin ⇒ period 2027-03-03..2027-06-30
à partir du 3 mars et jusqu'au 30 juin ⇒ period 2027-03-03..2027-06-30
entre le 3 mars et fin juin ⇒ period 2027-03-03..2027-06-30
du 3 mars à juin ⇒ period 2027-03-03..2027-06-30
de mars au 15 juin ⇒ period 2027-03-01..2027-06-15
de mi-mars à début juin ⇒ period 2027-03-11..2027-06-10
de la mi-mars à la fin juin ⇒ period 2027-03-11..2027-06-30
du 15 décembre à mi-janvier ⇒ period 2026-12-15..2027-01-20
du 3 mars 2028 à fin juin ⇒ period 2028-03-03..2028-06-30
du 3 novembre 2027 à fin mars ⇒ period 2027-11-03..2028-03-31
du 3 mars à fin juin 2028 ⇒ period 2028-03-03..2028-06-30
du 3 au 10 mai ⇒ period 2027-05-03..2027-05-10
du lundi 3 mars au vendredi 7 mars ⇒ period 2027-03-03..2027-03-07
du 12/03 au 15/03 ⇒ period 2027-03-12..2027-03-15
du 12 au 15/03 ⇒ period 2027-03-12..2027-03-15
12-14 mai ⇒ period 2027-05-12..2027-05-14
les 12 - 14 mai 2028 ⇒ period 2028-05-12..2028-05-14
30 mars – 2 avril ⇒ period 2027-03-30..2027-04-02
une salle 24-26 juillet, 2-3 heures par jour ⇒ period 2027-07-24..2027-07-26 ; duration hour/day 2..3
de novembre à mars ⇒ period 2026-11-01..2027-03-31
avant la fin du mois ⇒ period ..2026-11-30
d'ici la fin du mois prochain ⇒ period ..2026-12-31
avant la fin de la semaine ⇒ period ..2026-11-29
avant la fin de l'année ⇒ period ..2026-12-31
d'ici la fin du mois de mars ⇒ period ..2027-03-31
200 € en fin de mois ⇒ price eur 200..200
"""
SLASHES = """
80/120 m² ⇒ surface m2 80..120
80 / 120 m² ⇒ surface m2 80..120
1 200/1 500 € ⇒ price eur 1200..1500
2/3 heures par semaine ⇒ duration hour/week 2..3
2/3 personnes ⇒ quantity personne 2..3
jeunes de 10/12 ans ⇒ age year 10..12
enfants 6-10 ans ⇒ age year 6..10
1/2 journée par semaine ⇒ duration day/week 0.5..0.5
1/2 poste ⇒ -
le 12/03 ⇒ period 2027-03-12..2027-03-12
le 12/03 100 m² ⇒ period 2027-03-12..2027-03-12 ; surface m2 100..100
le 12/10 100 m² ⇒ period 2027-10-12..2027-10-12 ; surface m2 100..100
le 2/3 20 personnes ⇒ period 2027-03-02..2027-03-02 ; quantity personne 20..20
du 12/10 au 15/10 30 € ⇒ period 2027-10-12..2027-10-15 ; price eur 30..30
"""
LINES = [
    line
    for wordings in (NUMBERS, NEGATIONS, SIGNS, CLOCK_OR_HOURS, PERIODS, SLASHES)
    for line in wordings.strip().splitlines()
]


@pytest.mark.parametrize("line", LINES)
def test_each_way_of_writing_says_one_thing(line: str) -> None:
    sentence, stated = line.split(" ⇒ ")
    expected = [] if stated == "-" else [slot_of(words) for words in stated.split(" ; ")]
    assert [criterion.slot for criterion in read_criteria(sentence, today=TODAY)] == expected
