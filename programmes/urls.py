from django.urls import path

from .views import comments, composing, editions, history, printing, start, team, updates

app_name = "programmes"

ONE = "programmes/<str:programme_id>/"

urlpatterns = [
    path("", start.home, name="home"),
    path("communes/", start.commune_search, name="communes"),
    path("connexion/", start.login, name="login"),
    path("deconnexion/", start.logout, name="logout"),
    path("programmes/", start.programme_list, name="list"),
    path("programmes/nouveau/", start.new_programme, name="new"),
    path("invitation/", team.join_by_words, name="join-by-words"),
    path("invitation/<str:token>/", team.join, name="join"),
    path(ONE, composing.programme_detail, name="programme"),
    path(f"{ONE}carte/", start.card, name="card"),
    path(f"{ONE}carte/nouvelle/", start.new_card, name="new-card"),
    path(f"{ONE}supprimer/", start.delete_programme, name="delete"),
    path(f"{ONE}reprendre/", start.bring_back_programme, name="bring-back-programme"),
    path(f"{ONE}equipe/", team.team_detail, name="team"),
    path(f"{ONE}equipe/mon-nom/", team.rename, name="rename"),
    path(f"{ONE}equipe/<int:pk>/role/", team.give_role, name="give-role"),
    path(f"{ONE}equipe/<int:pk>/depart/", team.part, name="part"),
    path(f"{ONE}equipe/invitations/<int:pk>/", team.invitation, name="invitation"),
    path(
        f"{ONE}equipe/invitations/<int:pk>/retirer/",
        team.withdraw_invitation,
        name="withdraw-invitation",
    ),
    path(f"{ONE}historique/", history.change_list, name="changes"),
    path(f"{ONE}historique/<int:pk>/reprendre/", history.restore, name="restore"),
    path(f"{ONE}corbeille/", history.bin_detail, name="bin"),
    path(f"{ONE}corbeille/<int:pk>/reprendre/", history.bring_back, name="bring-back"),
    path(f"{ONE}reglages/", composing.programme_settings, name="settings"),
    path(f"{ONE}choix/<slug:slug>/", composing.choose, name="choose"),
    path(f"{ONE}mesures/<slug:slug>/", composing.wordings, name="wordings"),
    path(f"{ONE}chapitres/<int:number>/", composing.chapter_detail, name="chapter"),
    path(f"{ONE}engagements/nouveau/", composing.new_commitment, name="new-commitment"),
    path(f"{ONE}engagements/<int:pk>/", composing.commitment_detail, name="commitment"),
    path(
        f"{ONE}engagements/<int:pk>/supprimer/", composing.drop_commitment, name="drop-commitment"
    ),
    path(f"{ONE}engagements/<int:pk>/historique/", history.commitment_history, name="history"),
    path(f"{ONE}engagements/<int:pk>/commentaires/", comments.comment_list, name="comments"),
    path(f"{ONE}commentaires/<int:pk>/regler/", comments.resolve, name="resolve-comment"),
    path(f"{ONE}mises-a-jour/", updates.update_list, name="updates"),
    path(f"{ONE}mises-a-jour/prendre/", updates.take_untouched, name="take-untouched"),
    path(f"{ONE}mises-a-jour/<int:pk>/annuler/", updates.undo, name="undo-update"),
    path(f"{ONE}engagements/<int:pk>/mise-a-jour/", updates.update_detail, name="update"),
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
