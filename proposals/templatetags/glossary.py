from django import template
from django.template.base import NodeList, Parser, Token
from django.template.context import Context
from django.utils.safestring import SafeString

from proposals import glossary

register = template.Library()


@register.tag
def explained(parser: Parser, token: Token) -> "Explained":
    """`{% explained %}…{% endexplained %}`: what stands between, then the words that it uses.

    The text itself stays as it is: a team's words are never linked from inside. Costs three to
    five nodes a word: not for the page of choices, which has none left.
    """
    content = parser.parse(["endexplained"])
    parser.delete_first_token()
    return Explained(content)


class Explained(template.Node):
    def __init__(self, nodelist: NodeList) -> None:
        self.nodelist = nodelist

    def render(self, context: Context) -> SafeString:
        content = self.nodelist.render(context)
        found = glossary.found_in(glossary.shown(content))
        if not found:
            return content
        foot = context.template.engine.get_template("proposals/includes/words.html")
        with context.push(words=found):
            return content + foot.render(context)
