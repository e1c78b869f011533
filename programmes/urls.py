from django.urls import path

from .views import composing, editions, printing, start

app_name = "programmes"

ONE = "programmes/<str:programme_id>/"

urlpatterns = [
    path("", start.home, name="home"),
    path("communes/", start.commune_search, name="communes"),
    path("connexion/", start.login, name="login"),
    path("deconnexion/", start.logout, name="logout"),
    path("programmes/", start.programme_list, name="list"),
    path("programmes/nouveau/", start.new_programme, name="new"),
    path(ONE, composing.programme_detail, name="programme"),
    path(f"{ONE}carte/", start.card, name="card"),
    path(f"{ONE}carte/nouvelle/", start.new_card, name="new-card"),
    path(f"{ONE}supprimer/", start.delete_programme, name="delete"),
    path(f"{ONE}reglages/", composing.programme_settings, name="settings"),
    path(f"{ONE}choix/<slug:slug>/", composing.choose, name="choose"),
    path(f"{ONE}mesures/<slug:slug>/", composing.wordings, name="wordings"),
    path(f"{ONE}chapitres/<int:number>/", composing.chapter_detail, name="chapter"),
    path(f"{ONE}engagements/nouveau/", composing.new_commitment, name="new-commitment"),
    path(f"{ONE}engagements/<int:pk>/", composing.commitment_detail, name="commitment"),
    path(
        f"{ONE}engagements/<int:pk>/supprimer/", composing.drop_commitment, name="drop-commitment"
    ),
    path(f"{ONE}relecture/", printing.preview, name="preview"),
    path(f"{ONE}imprimer/", printing.print_screen, name="print"),
    path(f"{ONE}imprimer/logo/", printing.logos, name="logos"),
    path(f"{ONE}imprimer/logo/<int:pk>.png", printing.logo, name="logo"),
    path(f"{ONE}imprimer/<slug:slug>/", printing.format_detail, name="format"),
    path(f"{ONE}imprimer/<slug:slug>/choix/", printing.selection, name="selection"),
    path(f"{ONE}imprimer/<slug:slug>/essai.pdf", printing.print_trial_sheet, name="trial-sheet"),
    path(f"{ONE}imprimer/<slug:slug>/<slug:output>.pdf", printing.print_file, name="print-file"),
    path(f"{ONE}imprimer/<slug:slug>/<slug:name>.png", printing.picture, name="picture"),
    path(f"{ONE}exporter/<str:name>", printing.export, name="export"),
    path(f"{ONE}tirages/", editions.edition_list, name="editions"),
    path(f"{ONE}tirages/<int:number>/", editions.edition_detail, name="edition-detail"),
    path(f"{ONE}tirages/<int:number>/publier/", editions.publish_edition, name="publish-edition"),
    path("t/", editions.check_copy, name="check-copy"),
    path("t/<str:code>/", editions.public_edition, name="edition"),
]
