"""What cuts a CSV: separators, quotation marks, and the spaces that people put around them."""

import io

import pytest

from maillage.kernel.tables.read import read_csv


def table_of(text):
    table = read_csv(io.BytesIO(text.encode()))
    return table.header, [row.cells for row in table.rows]


@pytest.mark.parametrize(
    "text",
    [
        'nom, ville, mot\n"Lieu un", "Guéret, Creuse", "un mot"\n',
        'nom, ville, mot\r\n"Lieu un", "Guéret, Creuse", "un mot"\r\n',
        '"nom" ; "ville" ; "mot"\n"Lieu un" ; "Guéret, Creuse" ; "un mot"\n',
        ' "nom"\t "ville"\t "mot"\n Lieu un\t"Guéret, Creuse" \t"un mot"\n',
        '"nom, ville, mot"\n"Lieu un, ""Guéret, Creuse"", un mot"\n',
        'sep=;\n"nom" ;"ville" ;"mot"\n"Lieu un" ;"Guéret, Creuse" ;"un mot"\n',
    ],
)
def test_spaces_around_quoted_cells_are_no_part_of_them(text):
    assert table_of(text) == (["nom", "ville", "mot"], [["Lieu un", "Guéret, Creuse", "un mot"]])


def test_quotation_marks_among_the_words_of_a_cell_stay():
    text = 'nom ; mot\nCafé dit "Le Bon" ; écran de 17"\n"Le ""Moulin""" ; "deux\nlignes" \n'
    assert table_of(text)[1] == [['Café dit "Le Bon"', 'écran de 17"'], ['Le "Moulin"', "deux\nlignes"]]


@pytest.mark.parametrize("separator", list("~^¤§:#!/*&=+¦·\\$%"))
def test_any_sign_that_cuts_all_the_rows_alike_is_a_separator(separator):
    text = "nom~lat~mot\nA lieu~46,1~un, deux\n\nB lieu~46,2~trois\n".replace("~", separator)
    assert table_of(text) == (
        ["nom", "lat", "mot"],
        [["A lieu", "46,1", "un, deux"], ["B lieu", "46,2", "trois"]],
    )


@pytest.mark.parametrize(
    "text",
    [
        "Nom du lieu\nLe Fournil : pain\nLa Halle : marché\n",
        "Lieu : mot\nLe Fournil : pain\nLa Halle : marché\n",
        "https://a.example/x\nhttps://b.example/y\n",
        "10:30\n11:45\n",
        "Venez !\nJouez !\n",
        "Pays d’été-hiver\nPays d’été-automne\n",
        "a@b.example\nc@d.example\n",
    ],
)
def test_words_in_one_column_are_not_cut(text):
    assert len(table_of(text)[0]) == 1


def test_the_usual_separator_of_uneven_rows_is_kept():
    header, rows = table_of("nom;ville;mot\nA;B;C\nD;E;F;G\nH\n")
    assert header == ["nom", "ville", "mot"] and [len(cells) for cells in rows] == [3, 3, 3]


@pytest.mark.parametrize("separator", [",", ";", "\t", " , "])
def test_apostrophes_around_each_cell_are_its_quotation_marks(separator):
    text = "'nom'|'ville'|'lat'\n'L''été, ici'|'Guéret; Creuse'|46.1\n''|'Limoges'|'46.2'\n"
    assert table_of(text.replace("|", separator)) == (
        ["nom", "ville", "lat"],
        [["L'été, ici", "Guéret; Creuse", "46.1"], ["", "Limoges", "46.2"]],
    )


def test_apostrophes_of_words_are_no_quotation_marks():
    assert table_of("'nom';'ville'\n'L'été';'Guéret'\n")[1] == [["'L'été'", "'Guéret'"]]
    assert table_of("nom;ville\n'Le Four' du bourg;'Guéret'\n")[1] == [["'Le Four' du bourg", "'Guéret'"]]


def test_columns_that_spaces_keep_apart_begin_where_their_titles_do():
    text = "nom           ville    mot\nLieu un       Guéret   un, deux\nLieu          \n  \nLieu trois             x\n"
    expected = [["Lieu un", "Guéret", "un, deux"], ["Lieu", "", ""], ["Lieu trois", "", "x"]]
    assert table_of(text) == (["nom", "ville", "mot"], expected)


@pytest.mark.parametrize(
    "text",
    ["Une  phrase\nUne autre phrase\n", "Une  phrase\nUne  autre\nsuite\net fin\n", "Titre  double\nA\nB\n"],
)
def test_two_spaces_in_words_make_no_column(text):
    assert len(table_of(text)[0]) == 1
