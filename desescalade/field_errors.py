"""What forms say in the workshop and at the desk alike."""

TOO_LONG = "%(show_value)d signes, c’est trop : il en faut %(limit_value)d au plus."
