import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('programmes', '0010_answers_in_history'),
    ]

    operations = [
        migrations.CreateModel(
            name='Contribution',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('improvement', 'texte amélioré'), ('example', 'exemple d’une commune'), ('correction', 'erreur signalée')], max_length=20, verbose_name='genre')),
                ('measure_slug', models.CharField(max_length=80, verbose_name='mesure')),
                ('sizes', models.CharField(blank=True, max_length=200, verbose_name='strates')),
                ('field', models.CharField(blank=True, choices=[('title', 'titre'), ('line', 'ligne de tract'), ('text', 'texte'), ('easy', 'version simplifiée')], max_length=10, verbose_name='texte visé')),
                ('base', models.TextField(blank=True, verbose_name='texte du catalogue')),
                ('text', models.TextField(blank=True, verbose_name='texte proposé')),
                ('note', models.TextField(blank=True, verbose_name='pourquoi')),
                ('place', models.CharField(blank=True, max_length=200, verbose_name='lieu')),
                ('fact', models.TextField(blank=True, verbose_name='fait')),
                ('wrong', models.TextField(blank=True, verbose_name='ce qui est faux')),
                ('source', models.CharField(blank=True, max_length=600, verbose_name='où le vérifier')),
                ('signature', models.CharField(blank=True, max_length=80, verbose_name='signature')),
                ('sent_at', models.DateTimeField(auto_now_add=True, verbose_name='envoyé le')),
                ('status', models.CharField(choices=[('received', 'en attente'), ('accepted', 'accepté'), ('declined', 'décliné')], default='received', max_length=20, verbose_name='état')),
                ('answer', models.TextField(blank=True, verbose_name='réponse')),
                ('answered_at', models.DateTimeField(blank=True, null=True, verbose_name='répondu le')),
                ('is_read', models.BooleanField(default=True, verbose_name='lue par l’équipe')),
                ('programme', models.ForeignKey(editable=False, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='contributions', to='programmes.programme')),
            ],
            options={
                'verbose_name': 'envoi au catalogue',
                'verbose_name_plural': 'envois au catalogue',
                'ordering': ['-sent_at', '-pk'],
            },
        ),
    ]
