from django import template
from django.template.base import NodeList, Parser, Token
from django.template.context import Context
from django.utils.safestring import SafeString

from proposals import glossary

register = template.Library()


@register.tag
def explained(parser: Parser, token: Token) -> "Explained":
    """`{% explained %}…{% endexplained %}`: what stands between, then the words that it uses.

    The text itself stays as it is: a team's words are never linked from inside. A page that has
    few nodes left says `{% explained briefly %}`: links to the glossary in place of definitions.
    """
    is_brief = token.split_contents()[1:] == ["briefly"]
    content = parser.parse(["endexplained"])
    parser.delete_first_token()
    return Explained(content, is_brief)


class Explained(template.Node):
    def __init__(self, nodelist: NodeList, is_brief: bool) -> None:
        self.nodelist, self.is_brief = nodelist, is_brief

    def render(self, context: Context) -> SafeString:
        content = self.nodelist.render(context)
        found = glossary.found_in(glossary.shown(content))
        if not found:
            return content
        foot = context.template.engine.get_template("proposals/includes/words.html")
        with context.push(words=found, is_brief=self.is_brief):
            return content + foot.render(context)
