"""Which language a text is in, where that is clear."""

from __future__ import annotations

import pytest

from deskmate.core.prose.english import find_clear_language, find_language


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("The file is in the folder, and it is not a new one.", "english"),
        ("Die Datei ist im Ordner, und sie ist nicht neu.", "german"),
        ("Pflanzen: zweimal die Woche gießen, Farne täglich, im Winter nie.", "german"),
        ("Le fichier est dans le dossier, et il est déjà prêt.", "french"),
        ("El archivo no está en la carpeta, y es para los demás.", "spanish"),
        ("Questo è il testo che è più lungo, perché la città è bella.", ""),
        ("Este é um texto em português, e as ações não são à noite.", ""),
        ("Den här texten är på svenska för att vi vill prova den.", ""),
        ("Teksten er på dansk, og den er ikke så lang som den anden.", ""),
        ("De vergadering van maandag is verplaatst naar het grote kantoor.", ""),
        ("Tämä teksti on pidempi, sillä siinä on ääkkösiä, öljyä ja häiriö.", ""),
        ("Bu metin çok önemlidir, öğrenciler ödülü için büyük iş görür.", ""),
        ("A szöveg több, különböző szót és példát is tartalmaz, köszönöm.", ""),
        ("Proszę, spróbuj później; mój dom jest również większy.", ""),
    ],
)
def test_a_language_is_told_where_it_is_clear(text: str, language: str) -> None:
    assert find_clear_language(text) == language


def test_of_a_text_in_another_one_is_told_which_it_is_most_like() -> None:
    assert find_language("Questo è il testo che è più lungo.") in ("french", "spanish", "english")
