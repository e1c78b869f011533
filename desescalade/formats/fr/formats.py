"""Hours as the site writes them, in the columns that Django draws by itself."""

TIME_FORMAT = "G\u00a0\\h\u00a0i"
DATETIME_FORMAT = f"j F Y, {TIME_FORMAT}"
SHORT_DATETIME_FORMAT = f"d/m/Y, {TIME_FORMAT}"
