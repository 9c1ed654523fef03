"""Words that say nothing of a subject, folded. Written for this project."""

STOP_WORDS = frozenset(
    """
    a à â au aux l le la les un une des de du d
    et ou où ni mais or car donc puis ensuite alors ainsi aussi
    ce cet cette ces ceci cela ça c celui celle ceux celles celui-ci
    je j tu il elle on nous vous ils elles me m te t se s moi toi soi lui leur leurs eux y en
    mon ma mes ton ta tes son sa ses notre nos votre vos
    qui que qu quoi dont lequel laquelle lesquels lesquelles auquel duquel desquels quel quelle quels quelles
    ne n pas plus moins très trop peu assez tout toute tous toutes chaque aucun aucune certain certains certaines
    plusieurs quelque quelques autre autres même mêmes tel telle tels telles
    dans sur sous avec sans pour par entre vers chez dès depuis pendant avant après contre selon afin lors
    jusque jusqu lorsque lorsqu puisque puisqu quoique quoiqu parce comme si quand comment pourquoi combien
    est es suis sommes êtes sont être été étant était étaient sera seront serait soit soient fut
    ai as avons avez ont avoir eu ayant avait avaient aura auront aurait ait
    fait faire font faisant peut peuvent pouvoir pourra doit doivent devoir va vont aller
    ici là voici voilà oui non bien encore déjà toujours jamais souvent parfois notamment également surtout
    the of and to for is in by
    etc cf ex via aujourd'hui
    """.split()
)
"""Left out of the index and of questions."""

QUESTION_WORDS = frozenset(
    """
    trouver trouve cherche chercher recherche rechercher cherchons savoir connaître voudrais voudrait veux veut
    aimerais aimerait souhaite souhaiterais existe existent besoin
    près proche proches autour alentours environs coin loin
    quelqu quelqu'un quelque-chose personne gens endroit endroits lieu-dit
    possible possibilité acheter aider retrouver voir
    bonjour merci svp stp
    """.split()
)
"""Left out of a question too, as long as another word remains: « où trouver du pain bio » is about « pain bio »."""

ASKING_WORDS = frozenset(
    """
    apprendre savoir former installer creer monter lancer demarrer placer passer parler reprendre racheter rejoindre
    obtenir emprunter louer preter donner recevoir organiser participer profiter aider conseil conseils
    vieux vieil vieille vieilles petit petite petits petites grand grande grands grandes bon bonne bons bonnes
    nouveau nouvelle nouveaux nouvelles jeune jeunes projet projets association associations notre
    premier premiere second seconde secondes deuxieme
    """.split()
)
"""What is said around a need, whatever it is about: « apprendre à installer Linux » is about Linux. Folded."""
