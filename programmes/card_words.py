"""The words of the access cards: those of BIP-39 in French, without the ones that hurt.

The French list of BIP-39 was made for wallets, by machine: a card that says « blessant-saboter »
to a voter is none that one hands over gladly. Words that hit, threaten, insult or make ill are
left out, each kind with its reason, and as many plain ones (plants, animals, things of a house or
a walk) put in, each told apart by its first four letters like all others. 2,048 words are left:
11 bits a word, 66 for the six of a card, as before.

Cards that were given before still open: a passphrase is checked by its digest, never by this list.
"""

# By reason.
LEFT_OUT = {
    "blows, wounds and weapons": (
        """
        armement arracher assaut attaque bataille blessant brutal carabine carnage cogner
        combat couteau déchirer écraser fendoir frapper glaive griffure guerrier hachoir
        hurler lacérer matraque missile morsure mortier munition perforer sabre scalpel
        soldat tenaille tordre torpille trancher venger
        """
    ),
    "threats, constraint and disasters": (
        """
        accabler alarmer angoisse asservir crainte danger démolir dérober désastre détresse
        dompter effrayer enfermer enlever ennemi envahir exiler fatal fléau forcer frayeur
        incendie infliger invasion ligoter maléfice malheur maudire menacer monstre naufrage
        nocif nuire nuisible opprimer prison proie punitif ravager ruiner saboter sanction
        sévir sinistre soutirer suspect terrible tragique trahir tyran vassal
        """
    ),
    "insults and contempt": (
        """
        abusif affreux anormal atroce bafouer calomnie cruel cupide cynique détester duperie
        féroce filou fureur furieux gruger honteux horrible ineptie injure insulter inutile
        lugubre méchant mensonge moqueur narquois offenser outrager paresse querelle risible
        sarcasme scélérat sottise vexant vexer vilain venimeux
        """
    ),
    "death, poison and illness": (
        """
        arsenic biopsie cyanure épidémie épitaphe hématome phobie psychose toxine vampire
        virus
        """
    ),
    "the body and desire": (
        """
        dénuder jouissif séduire séminal
        """
    ),
}

PUT_IN = """
    agneau amande amitié amical ananas anémone apprenti arcade aviron azalée azur ballon
    banane basilic bienvenu bleuet bocal bosquet brise cacao calanque caramel castor
    cerfeuil chicorée ciboule cidre cithare clémence coquille corolle crêpe cyprès
    dahlia damas datte douve duvet écho édredon érable fabrique fanfare faïence fenouil
    fête flûte foin forêt fuchsia gâteau gaufre girolle glycine goéland gondole grelot
    gypse hamac houblon huppe iris jachère jacinthe jasmin jumelle kaki kermesse lande
    lilas loupe luge luth luzerne macaron mangue marelle marmite mélèze miel mimosa
    moisson mollet mosaïque muguet myosotis navet nénuphar noix nougat nuit oasis oignon
    orchidée orge orme osier ourlet pagaie paille pavé pêche perle pinson plage poème
    pont porche puits quai quatuor quille raquette ressac rhubarbe robinet rosace safran
    sandale sapin sarrasin saule serpolet sieste sillage sorbet sureau tabouret talus
    tamarin théâtre thym tilleul tisane toiture trottoir truite valse vanneau verger
    véranda
"""


def gentle(listed: list[str]) -> tuple[str, ...]:
    """The words of a list in its order, without those left out, then those that are put in."""
    out = {word for words in LEFT_OUT.values() for word in words.split()}
    return (*(word for word in listed if word not in out), *PUT_IN.split())
