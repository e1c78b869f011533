# shellcheck shell=sh
# Reads a file of settings as systemd does (EnvironmentFile): line by line, never as a program. A
# shell would take what follows a space for a command. To be sourced by sh or bash.

# Exports each setting of the file; quotes around a whole value go. Fails, with the line's name,
# on what systemd and this would not read alike.
read_settings() {
    while IFS= read -r line || [ -n "$line" ]; do
        line=${line#"${line%%[! 	]*}"}
        line=${line%"${line##*[! 	]}"}
        case $line in
            '' | '#'* | ';'*) continue ;;
        esac
        name=${line%%=*}
        value=${line#*=}
        case $name in
            "$line" | '' | [0-9]* | *[!A-Za-z0-9_]*)
                printf '%s\n' "$1 : une ligne n’est pas « NOM=valeur » : $name" >&2
                return 1
                ;;
        esac
        case $value in
            \'*\'*\') value=\\ ;;
            \'*\') value=${value#\'} value=${value%\'} ;;
            \"*\") value=${value#\"} value=${value%\"} ;;
        esac
        case $value in
            *\\* | *\"* | \'* | *\')
                printf '%s\n' "$1 : $name contient un guillemet ou une barre \\ de trop ; écrire $name='valeur', sans ces signes (une apostrophe s’y écrit ’)." >&2
                return 1
                ;;
        esac
        export "$name=$value"
    done <"$1"
}
