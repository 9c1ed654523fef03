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
